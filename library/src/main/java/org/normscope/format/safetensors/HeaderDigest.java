package org.normscope.format.safetensors;

import java.io.IOException;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.Sha256;

/** A file whose bytes are hashed when they are first read, front to back, and once only. Not for several threads. */
final class HeaderDigest implements RangeReader {
    private final RangeReader in;
    private final Sha256 sha256 = new Sha256();
    private long hashed;

    HeaderDigest(RangeReader in) {
        this.in = in;
    }

    @Override
    public long length() {
        return in.length();
    }

    @Override
    public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
        in.readFully(position, destination, offset, count);
        if (position <= hashed && hashed < position + count) {
            int known = (int) (hashed - position);
            sha256.add(destination, offset + known, count - known);
            hashed = position + count;
        }
    }

    /**
     * SHA-256 of the first bytes of the file, as hexadecimal digits.
     *
     * @param bytes how many; exactly what was read
     */
    String ofFirst(long bytes) {
        if (hashed != bytes) {
            throw new IllegalStateException(hashed + " bytes were read, not " + bytes);
        }
        return sha256.hex();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
