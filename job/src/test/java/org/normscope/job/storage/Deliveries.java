package org.normscope.job.storage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Byte ranges of files that a file system delivered, in the order of delivery. */
public final class Deliveries {
    private final Map<String, List<long[]>> ranges = new LinkedHashMap<>();

    /** Notes bytes {@code from} to below {@code to} of a file. */
    public synchronized void add(String file, long from, long to) {
        ranges.computeIfAbsent(file, name -> new ArrayList<>()).add(new long[] {from, to});
    }

    /** Files of which something was delivered. */
    public synchronized Set<String> files() {
        return Set.copyOf(ranges.keySet());
    }

    /** Forgets all. */
    public synchronized void clear() {
        ranges.clear();
    }

    /**
     * How often each byte of an area was delivered.
     *
     * @param begin first byte of the area within the file
     * @param bytes length of the area
     */
    public synchronized int[] counts(String file, long begin, int bytes) {
        int[] counts = new int[bytes];
        for (long[] range : ranges.getOrDefault(file, List.of())) {
            long to = Math.min(range[1], begin + bytes);
            for (long at = Math.max(range[0], begin); at < to; at++) {
                counts[(int) (at - begin)]++;
            }
        }
        return counts;
    }
}
