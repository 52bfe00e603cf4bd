package org.normscope.storage;

import java.io.IOException;

/**
 * Bytes in memory as a file.
 *
 * @param bytes the content. Not modified.
 */
public record BytesReader(byte[] bytes) implements RangeReader {
    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
        RangeReader.checkRange(bytes.length, position, destination, offset, count);
        System.arraycopy(bytes, (int) position, destination, offset, count);
    }

    @Override
    public void close() {}
}
