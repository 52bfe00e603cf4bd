package org.normscope.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Sha256;

/**
 * A binary header, read front to back from the start of a file, little-endian, in constant memory; every byte is hashed. What would lie behind
 * the end of the file is a {@link BadCheckpointException}, before memory is asked for. Not for several threads.
 */
public final class HeaderInput {
    private static final int CHUNK = 1 << 16;

    private final String file;
    private final RangeReader in;
    private final byte[] chunk;
    private final ByteBuffer numbers;
    private final Sha256 sha256 = new Sha256();
    private long chunkStart;
    private int chunkBytes;
    private long position;

    /**
     * At the start of a file; whoever opened it closes it.
     *
     * @param file its name for messages
     */
    public HeaderInput(String file, RangeReader in) {
        this.file = file;
        this.in = in;
        this.chunk = new byte[(int) Math.min(CHUNK, in.length())];
        this.numbers = ByteBuffer.wrap(new byte[Long.BYTES]).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes from the start of the file to the next one. */
    public long position() {
        return position;
    }

    /** The place of the next byte. */
    public Position here() {
        return new Position(file, position);
    }

    /** Bytes from the next one to the end of the file. */
    public long left() {
        return in.length() - position;
    }

    /** The next byte, 0 to 255. */
    public int u8() throws BadCheckpointException, IOException {
        return number(1).get(0) & 0xFF;
    }

    /** The next two bytes, 0 to 65,535. */
    public int u16() throws BadCheckpointException, IOException {
        return number(Short.BYTES).getShort(0) & 0xFFFF;
    }

    /** The next four bytes, 0 to 2^32 - 1. */
    public long u32() throws BadCheckpointException, IOException {
        return number(Integer.BYTES).getInt(0) & 0xFFFF_FFFFL;
    }

    /** The next eight bytes; unsigned values from 2^63 on are negative. */
    public long i64() throws BadCheckpointException, IOException {
        return number(Long.BYTES).getLong(0);
    }

    /** The next bytes as they are. */
    public byte[] bytes(int count) throws BadCheckpointException, IOException {
        requireLeft(count);
        byte[] bytes = new byte[count];
        read(bytes, count);
        return bytes;
    }

    /** The next bytes as text; what isn't of this charset is rejected. */
    public String text(int count, Charset charset) throws BadCheckpointException, IOException {
        Position start = here();
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes(count))).toString();
        } catch (CharacterCodingException e) {
            throw start.because("%d bytes of text are not %s; write the file again", count, charset);
        }
    }

    /** Goes over bytes that nobody needs; they are hashed all the same. */
    public void skip(long count) throws BadCheckpointException, IOException {
        requireLeft(count);
        for (long end = position + count; position < end; ) {
            take((int) Math.min(CHUNK, end - position), null, 0);
        }
    }

    /** SHA-256 of all bytes up to here, as hexadecimal digits; to be called once, at the end. */
    public String sha256() {
        return sha256.hex();
    }

    private ByteBuffer number(int count) throws BadCheckpointException, IOException {
        requireLeft(count);
        read(numbers.array(), count);
        return numbers;
    }

    private void requireLeft(long count) throws BadCheckpointException {
        here().require(
                        count >= 0 && count <= left(),
                        "%s bytes are announced, the file ends after %d; truncated or damaged, download it again",
                        Long.toUnsignedString(count),
                        left());
    }

    private void read(byte[] target, int count) throws IOException {
        for (int done = 0; done < count; ) {
            done += take(count - done, target, done);
        }
    }

    /** Takes at least one and at most this many bytes. */
    private int take(int most, byte @Nullable [] target, int offset) throws IOException {
        if (position == chunkStart + chunkBytes) {
            chunkStart = position;
            chunkBytes = (int) Math.min(chunk.length, in.length() - position);
            in.readFully(position, chunk, 0, chunkBytes);
        }
        int from = (int) (position - chunkStart);
        int count = Math.min(most, chunkBytes - from);
        sha256.add(chunk, from, count);
        if (target != null) {
            System.arraycopy(chunk, from, target, offset, count);
        }
        position += count;
        return count;
    }
}
