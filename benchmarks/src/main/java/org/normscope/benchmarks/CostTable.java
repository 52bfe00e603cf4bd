package org.normscope.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Prints what the constants of the cost model stand for, from the parts of {@link AlgorithmBenchmark}. It takes the smallest processor
 * time of interleaved rounds, not wall time, so that it can be used on a machine that others use too.
 */
public final class CostTable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int[] ORDERS = {32, 64, 128, 256, 512, 1024};
    private static final double SECONDS = 12;

    private CostTable() {}

    /**
     * Measures all orders, the small ones first, for they warm the code up.
     *
     * @param args orders instead of the usual ones
     */
    public static void main(String[] args) {
        int[] orders = args.length == 0
                ? ORDERS
                : Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        System.out.println("microseconds, smallest of all rounds; the matrix has 4 m x m entries");
        System.out.printf(
                "%6s %10s %10s %10s %10s %10s %10s %7s%n",
                "m", "product", "update", "cholesky", "solve", "gram", "krylov", "passes");
        for (int m : orders) {
            row(m);
        }
    }

    private static void row(int m) {
        AlgorithmBenchmark benchmark = new AlgorithmBenchmark();
        benchmark.m = m;
        benchmark.prepare();
        AlgorithmBenchmark.Passes passes = new AlgorithmBenchmark.Passes();
        List<Supplier<Object>> parts = List.of(
                benchmark::product,
                benchmark::update,
                benchmark::cholesky,
                benchmark::solve,
                benchmark::gram,
                () -> benchmark.krylov(passes));
        double[] best = new double[parts.size()];
        Arrays.fill(best, Double.POSITIVE_INFINITY);
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        while (System.nanoTime() < end) {
            for (int i = 0; i < best.length; i++) {
                best[i] = Math.min(best[i], microseconds(parts.get(i)));
            }
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%6d", m));
        for (double time : best) {
            line.append(String.format(Locale.ROOT, " %10.1f", time));
        }
        System.out.println(line.append(String.format(Locale.ROOT, " %7d", passes.passes)));
    }

    private static double microseconds(Supplier<Object> part) {
        long start = THREADS.getCurrentThreadCpuTime();
        Object result = part.get();
        long time = THREADS.getCurrentThreadCpuTime() - start;
        if (result == null) {
            throw new IllegalStateException("no result");
        }
        return time * 1e-3;
    }
}
