package org.normscope.format.onnx;

import java.io.IOException;
import java.io.InputStream;
import org.normscope.storage.RangeReader;

/** A file that is read in small pieces, mostly forwards: a window of it is held. Not for several threads. */
final class Source {
    private static final int WINDOW = 1 << 18;

    private final String file;
    private final RangeReader in;
    private final byte[] window;
    private long windowStart;
    private int windowBytes;

    Source(String file, RangeReader in) {
        this.file = file;
        this.in = in;
        this.window = new byte[(int) Math.min(WINDOW, in.length())];
    }

    /** The name for messages. */
    String file() {
        return file;
    }

    /** At least one and at most this many bytes; there must be some at this position. */
    int read(long position, byte[] target, int offset, int most) throws IOException {
        if (position < windowStart || position >= windowStart + windowBytes) {
            int count = (int) Math.min(window.length, in.length() - position);
            in.readFully(position, window, 0, count);
            windowStart = position;
            windowBytes = count;
        }
        int from = (int) (position - windowStart);
        int count = Math.min(most, windowBytes - from);
        System.arraycopy(window, from, target, offset, count);
        return count;
    }

    /** A range as a stream, of which skipping costs nothing. */
    InputStream stream(long start, long end) {
        return new RangeStream(start, end);
    }

    private final class RangeStream extends InputStream {
        private final long end;
        private long position;

        RangeStream(long start, long end) {
            this.position = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (position == end) {
                return -1;
            }
            int count = Source.this.read(position, target, offset, (int) Math.min(length, end - position));
            position += count;
            return count;
        }

        @Override
        public long skip(long count) {
            long skipped = Math.max(0, Math.min(count, end - position));
            position += skipped;
            return skipped;
        }
    }
}
