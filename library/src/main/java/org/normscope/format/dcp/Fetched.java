package org.normscope.format.dcp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.normscope.storage.RangeReader;

/**
 * A file of which the bytes around the ends of some chunks were fetched together, before anybody asks: there are the headers of an archive,
 * its pickle and its directory. Whatever else is asked for is read from the file.
 */
final class Fetched implements RangeReader {
    /** More than the headers at either end of a chunk take, unless it is no tensor alone. */
    private static final int BORDER = 1 << 12;

    /** So small chunks, one behind the other, don't make one range of a whole file. */
    private static final int LARGEST = 1 << 18;

    private final RangeReader in;
    private final TreeMap<Long, byte[]> contents = new TreeMap<>();

    private Fetched(RangeReader in) {
        this.in = in;
    }

    /**
     * Fetches.
     *
     * @param in stays open
     * @param chunks of the file, in ascending order; they don't overlap
     */
    static Fetched of(RangeReader in, List<Place> chunks) throws IOException {
        Fetched fetched = new Fetched(in);
        List<Range> ranges = ranges(chunks);
        List<byte[]> contents = in.readRanges(ranges);
        for (int i = 0; i < ranges.size(); i++) {
            fetched.contents.put(ranges.get(i).position(), contents.get(i));
        }
        return fetched;
    }

    private static List<Range> ranges(List<Place> chunks) {
        List<Range> ranges = new ArrayList<>();
        for (Place chunk : chunks) {
            long end = chunk.offset() + chunk.length();
            long head = Math.min(end, chunk.offset() + BORDER);
            add(ranges, chunk.offset(), head);
            add(ranges, Math.max(head, end - BORDER), end);
        }
        return ranges;
    }

    /** Adds a range, or makes the last one longer if it ends there. */
    private static void add(List<Range> ranges, long from, long to) {
        int bytes = (int) (to - from);
        if (bytes == 0) {
            return;
        }
        int last = ranges.size() - 1;
        boolean follows = last >= 0
                && ranges.get(last).position() + ranges.get(last).bytes() == from
                && ranges.get(last).bytes() <= LARGEST - bytes;
        if (follows) {
            ranges.set(
                    last,
                    new Range(ranges.get(last).position(), ranges.get(last).bytes() + bytes));
        } else {
            ranges.add(new Range(from, bytes));
        }
    }

    @Override
    public long length() {
        return in.length();
    }

    @Override
    public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
        Map.Entry<Long, byte[]> known = contents.floorEntry(position);
        if (known == null || position + count > known.getKey() + known.getValue().length) {
            in.readFully(position, destination, offset, count);
        } else {
            RangeReader.checkRange(length(), position, destination, offset, count);
            System.arraycopy(known.getValue(), (int) (position - known.getKey()), destination, offset, count);
        }
    }

    /** Does nothing: who opened the file closes it. */
    @Override
    public void close() {}
}
