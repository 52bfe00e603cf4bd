package org.normscope.job.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * Tasks in as many Spark jobs as keep the row norms of each below a quarter of what {@code spark.driver.maxResultSize} lets through by
 * default, since it counts all results of a job together, even those that the driver no longer holds.
 */
final class Portions {
    private static final long MOST_BYTES = 256L << 20;

    private Portions() {}

    /**
     * Cuts a list, in its order; one portion if nothing large comes back.
     *
     * @param bytes of row norms that come back from a task
     */
    static List<List<Integer>> of(List<Integer> tasks, IntToLongFunction bytes) {
        List<List<Integer>> portions = new ArrayList<>();
        List<Integer> portion = new ArrayList<>();
        long sum = 0;
        for (int task : tasks) {
            long more = bytes.applyAsLong(task);
            if (sum + more > MOST_BYTES && !portion.isEmpty()) {
                portions.add(portion);
                portion = new ArrayList<>();
                sum = 0;
            }
            portion.add(task);
            sum += more;
        }
        portions.add(portion);
        return portions;
    }
}
