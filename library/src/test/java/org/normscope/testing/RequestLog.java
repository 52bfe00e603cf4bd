package org.normscope.testing;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.normscope.storage.ForwardingStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;

/** Another storage, with a count of the ranges that it is asked for, and of the times that it is asked. */
public record RequestLog(Storage storage, AtomicInteger ranges, AtomicInteger waits) implements ForwardingStorage {
    /** Counts from 0. */
    public RequestLog(Storage storage) {
        this(storage, new AtomicInteger(), new AtomicInteger());
    }

    @Override
    public RangeReader open(String location) throws IOException {
        return new Reader(storage.open(location), this);
    }

    private record Reader(RangeReader in, RequestLog log) implements RangeReader {
        @Override
        public long length() {
            return in.length();
        }

        @Override
        public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
            log.ranges.incrementAndGet();
            log.waits.incrementAndGet();
            in.readFully(position, destination, offset, count);
        }

        @Override
        public List<byte[]> readRanges(List<Range> ranges) throws IOException {
            log.ranges.addAndGet(ranges.size());
            log.waits.incrementAndGet();
            return in.readRanges(ranges);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
