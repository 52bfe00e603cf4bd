package org.normscope.audit.plan;

import java.util.List;

/**
 * What a whole audit would read, hold and ship.
 *
 * @param each one forecast per tensor that is read, largest first
 */
public record Forecasts(List<Forecast> each) {
    /** Cores of the executors that are suggested. */
    public static final int EXECUTOR_CORES = 4;

    /** Share of an executor's heap that can hold stripes while tasks run. */
    private static final double CACHE_SHARE = 0.5;

    private static final long SMALLEST_EXECUTOR = 1L << 30;

    /** Forecasts for every task of a plan. */
    public static Forecasts of(AuditPlan plan) {
        return new Forecasts(
                plan.tasks().stream().map(task -> Forecast.of(plan, task)).toList());
    }

    /** Bytes fetched if memory holds what was read. */
    public long bytesRead() {
        return each.stream().mapToLong(Forecast::bytesRead).sum();
    }

    /** Bytes fetched if no stripe can be kept. */
    public long bytesReadWithoutCache() {
        return each.stream().mapToLong(Forecast::bytesReadWithoutCache).sum();
    }

    /** Bytes kept over the cluster while striped matrices advance. */
    public long bytesCached() {
        return each.stream().mapToLong(Forecast::bytesCached).sum();
    }

    /** Bytes of vectors sent to every executor in the first step, when every striped matrix is open. */
    public long bytesBroadcast() {
        return each.stream().mapToLong(Forecast::bytesBroadcast).sum();
    }

    /** Bytes of sums that come back in the first step. */
    public long bytesReturned() {
        return each.stream().mapToLong(Forecast::bytesReturned).sum();
    }

    /** Bytes that tasks send each other in a step when every striped matrix is open, for matrices whose lines are cut; statistics of rows come on top in the first. */
    public long bytesShuffled() {
        return each.stream().mapToLong(Forecast::bytesShuffled).sum();
    }

    /** Steps in which striped matrices advance; 0 without one. */
    public int steps() {
        return each.stream()
                .filter(Forecast::isStriped)
                .mapToInt(Forecast::passes)
                .max()
                .orElse(0);
    }

    /** Heap that an executor of {@link #EXECUTOR_CORES} cores needs for its tasks, beside what it caches; at least 1 GB. */
    public long executorMemory() {
        long task = each.stream().mapToLong(Forecast::taskMemory).max().orElse(0);
        return Math.max(SMALLEST_EXECUTOR, (long) (EXECUTOR_CORES * task / (1 - CACHE_SHARE)));
    }

    /** Executors of that size whose memory holds all stripes; at least 1. */
    public long executors() {
        double each = CACHE_SHARE * executorMemory();
        return Math.max(1, (long) Math.ceil(bytesCached() / each));
    }
}
