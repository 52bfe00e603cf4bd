package org.normscope.format;

import java.io.CharConversionException;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.normscope.storage.RangeReader;

/** The text of a byte range, front to back, in constant memory; wrong UTF-8 is an error, never a replacement character. */
final class StrictUtf8 extends Reader {
    private static final int CHUNK = 1 << 18;

    private final RangeReader in;
    private final long end;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes;
    private long fetched;

    StrictUtf8(RangeReader in, long start, long length) {
        this.in = in;
        this.end = start + length;
        this.fetched = start;
        this.bytes = ByteBuffer.allocate((int) Math.min(CHUNK, length)).limit(0);
    }

    @Override
    public int read(char[] destination, int offset, int count) throws IOException {
        CharBuffer out = CharBuffer.wrap(destination, offset, count);
        while (true) {
            CoderResult result = decoder.decode(bytes, out, fetched == end);
            int decoded = out.position() - offset;
            if (decoded > 0) {
                return decoded;
            }
            if (result.isError()) {
                throw new NotUtf8Exception(fetched - bytes.remaining());
            }
            if (fetched == end) {
                return -1;
            }
            fetch();
        }
    }

    private void fetch() throws IOException {
        bytes.compact();
        int count = (int) Math.min(bytes.remaining(), end - fetched);
        in.readFully(fetched, bytes.array(), bytes.position(), count);
        bytes.position(bytes.position() + count).flip();
        fetched += count;
    }

    @Override
    public void close() {}

    /** Bytes that aren't UTF-8. */
    static final class NotUtf8Exception extends CharConversionException {
        private static final long serialVersionUID = 1L;

        private final long offset;

        NotUtf8Exception(long offset) {
            super("not UTF-8");
            this.offset = offset;
        }

        /** Bytes from the start of the file to the first wrong one. */
        long offset() {
            return offset;
        }
    }

    /**
     * The file offset of a character of the range's text, which must be UTF-8 up to there.
     *
     * @param chars UTF-16 units before it
     */
    static long byteOffset(RangeReader in, long start, long chars) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK, in.length() - start)];
        long remaining = chars;
        for (long position = start; position < in.length(); position += chunk.length) {
            int count = (int) Math.min(chunk.length, in.length() - position);
            in.readFully(position, chunk, 0, count);
            for (int i = 0; i < count; i++) {
                boolean continues = (chunk[i] & 0xC0) == 0x80;
                if (!continues && remaining <= 0) {
                    return position + i;
                }
                if (!continues) {
                    remaining -= (chunk[i] & 0xF8) == 0xF0 ? 2 : 1;
                }
            }
        }
        return in.length();
    }
}
