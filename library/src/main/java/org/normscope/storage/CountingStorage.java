package org.normscope.storage;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Another storage, with a count of the bytes that were read from it. Threads may share it. */
public final class CountingStorage implements ForwardingStorage {
    private final Storage storage;
    private final LongAdder bytesRead = new LongAdder();

    /** Counts what is read from this storage through the new one. */
    public CountingStorage(Storage storage) {
        this.storage = storage;
    }

    @Override
    public Storage storage() {
        return storage;
    }

    /** Bytes that all readers together have delivered so far; a read that failed counts nothing. */
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public RangeReader open(String location) throws IOException {
        return new CountingReader(storage.open(location), bytesRead);
    }

    private record CountingReader(RangeReader in, LongAdder bytesRead) implements RangeReader {
        @Override
        public long length() {
            return in.length();
        }

        @Override
        public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
            in.readFully(position, destination, offset, count);
            bytesRead.add(count);
        }

        @Override
        public void readPieces(Pieces pieces, byte[] destination) throws IOException {
            in.readPieces(pieces, destination);
            bytesRead.add((long) pieces.bytes() * pieces.count());
        }

        @Override
        public List<byte[]> readRanges(List<Range> ranges) throws IOException {
            List<byte[]> contents = in.readRanges(ranges);
            contents.forEach(content -> bytesRead.add(content.length));
            return contents;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
