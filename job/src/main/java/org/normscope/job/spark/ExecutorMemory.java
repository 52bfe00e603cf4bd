package org.normscope.job.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** How much heap a Spark task may use for a matrix. */
final class ExecutorMemory {
    /** Share of an executor's heap that Spark leaves to tasks when nothing is cached. */
    private static final double SHARE = 0.6;

    private ExecutorMemory() {}

    /** Bytes for one task. */
    static long perTask(SparkContext context) {
        SparkConf conf = context.getConf();
        if (context.isLocal()) {
            return (long) (SHARE * Runtime.getRuntime().maxMemory() / context.defaultParallelism());
        }
        int cores = conf.getInt("spark.executor.cores", 1);
        int perTask = conf.getInt("spark.task.cpus", 1);
        long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
        return (long) (SHARE * heap / Math.max(1, cores / perTask));
    }

    /** Executors that are there now; 1 for a local master. */
    static int executors(SparkContext context) {
        return context.isLocal()
                ? 1
                : Math.max(0, context.getExecutorMemoryStatus().size() - 1);
    }
}
