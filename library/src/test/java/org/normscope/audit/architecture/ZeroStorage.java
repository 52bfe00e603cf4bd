package org.normscope.audit.architecture;

import java.io.IOException;
import java.util.Arrays;
import org.normscope.storage.ForwardingStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/**
 * A storage with one file of zeros that has no end.
 *
 * @param storage of the other files
 * @param zeros location of the file
 */
record ZeroStorage(Storage storage, String zeros) implements ForwardingStorage {
    @Override
    public RangeReader open(String location) throws IOException {
        return location.equals(zeros) ? new Zeros() : storage.open(location);
    }

    private static final class Zeros implements RangeReader {
        @Override
        public long length() {
            return Long.MAX_VALUE;
        }

        @Override
        public void readFully(long position, byte[] destination, int offset, int count) {
            Arrays.fill(destination, offset, offset + count, (byte) 0);
        }

        @Override
        public void close() {}
    }
}
