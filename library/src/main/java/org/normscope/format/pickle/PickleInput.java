package org.normscope.format.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/** The bytes of a pickle, front to back through a bounded buffer. Numbers are little-endian. */
final class PickleInput {
    private static final int CHUNK = 1 << 16;
    private static final int LONGEST_LINE = 1 << 20;

    private final RangeReader in;
    private final long end;
    private final Spot spot;
    private final Allowance allowance;
    private final ByteBuffer buffer;
    private long fetched;

    PickleInput(RangeReader in, long start, long end, Allowance allowance, Spot spot) {
        this.in = in;
        this.end = end;
        this.allowance = allowance;
        this.spot = spot;
        this.fetched = start;
        this.buffer = ByteBuffer.allocate((int) Math.min(CHUNK, end - start))
                .order(ByteOrder.LITTLE_ENDIAN)
                .limit(0);
    }

    /** Bytes from the start of the file to the next one. */
    long offset() {
        return fetched - buffer.remaining();
    }

    /** Bytes up to the end of the range. */
    long remaining() {
        return end - offset();
    }

    int u8() throws BadCheckpointException, IOException {
        return need(Byte.BYTES).get() & 0xFF;
    }

    int u16() throws BadCheckpointException, IOException {
        return need(Short.BYTES).getShort() & 0xFFFF;
    }

    int i32() throws BadCheckpointException, IOException {
        return need(Integer.BYTES).getInt();
    }

    long u32() throws BadCheckpointException, IOException {
        return i32() & 0xFFFFFFFFL;
    }

    /** A length of eight bytes; negative if it is 2^63 or more. */
    long u64() throws BadCheckpointException, IOException {
        return need(Long.BYTES).getLong();
    }

    /** The only number that is big-endian. */
    double bigEndianDouble() throws BadCheckpointException, IOException {
        return Double.longBitsToDouble(Long.reverseBytes(u64()));
    }

    /** Requires that so many bytes are left. */
    void requireLeft(long count) throws BadCheckpointException {
        spot.require(
                0 <= count && count <= remaining(),
                "%s bytes are announced, %d are left",
                Long.toUnsignedString(count),
                remaining());
    }

    /** A string of bytes: checked against what is left and against the limit before memory is asked for. */
    byte[] string(long count) throws BadCheckpointException, IOException {
        requireLeft(count);
        allowance.strings(count);
        byte[] bytes = new byte[Math.toIntExact(count)];
        int buffered = Math.min(buffer.remaining(), bytes.length);
        buffer.get(bytes, 0, buffered);
        int more = bytes.length - buffered;
        if (more > 0) {
            in.readFully(fetched, bytes, buffered, more);
            fetched += more;
        }
        return bytes;
    }

    /** The bytes up to the next line feed, which is passed over. */
    byte[] line() throws BadCheckpointException, IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = u8(); next != '\n'; next = u8()) {
            spot.require(line.size() < LONGEST_LINE, "a line of more than %d bytes", LONGEST_LINE);
            line.write(next);
        }
        allowance.strings(line.size());
        return line.toByteArray();
    }

    private ByteBuffer need(int count) throws BadCheckpointException, IOException {
        if (buffer.remaining() < count) {
            spot.require(remaining() >= count, "the pickle is cut off here");
            buffer.compact();
            int more = (int) Math.min(buffer.remaining(), end - fetched);
            in.readFully(fetched, buffer.array(), buffer.position(), more);
            buffer.position(buffer.position() + more).flip();
            fetched += more;
        }
        return buffer;
    }
}
