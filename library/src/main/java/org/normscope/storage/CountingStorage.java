package org.normscope.storage;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Another storage, with a count of the bytes that were read from it. Threads may share it. */
public final class CountingStorage implements Storage {
    private final Storage storage;
    private final LongAdder bytesRead = new LongAdder();

    /** Counts what is read from this storage through the new one. */
    public CountingStorage(Storage storage) {
        this.storage = storage;
    }

    /** Bytes that all readers together have delivered so far; a read that failed counts nothing. */
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public RangeReader open(String location) throws IOException {
        return new CountingReader(storage.open(location), bytesRead);
    }

    @Override
    public Kind kind(String location) throws IOException {
        return storage.kind(location);
    }

    @Override
    public long lastWritten(String location) throws IOException {
        return storage.lastWritten(location);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return storage.list(directory);
    }

    @Override
    public String child(String directory, String name) {
        return storage.child(directory, name);
    }

    @Override
    public String name(String location) {
        return storage.name(location);
    }

    @Override
    public String parent(String location) {
        return storage.parent(location);
    }

    @Override
    public boolean belongsTo(String directory, String location) throws IOException {
        return storage.belongsTo(directory, location);
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
