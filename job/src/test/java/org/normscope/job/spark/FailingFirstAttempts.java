package org.normscope.job.spark;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.util.TaskCompletionListener;

/** A Spark plugin that makes the first attempt of every task fail when all its work is done. */
public final class FailingFirstAttempts implements SparkPlugin {
    /** Attempts that failed in this JVM. */
    static final AtomicInteger FAILURES = new AtomicInteger();

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {};
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void onTaskStart() {
                TaskContext task = TaskContext.get();
                if (task.attemptNumber() == 0) {
                    task.addTaskCompletionListener((TaskCompletionListener) done -> {
                        FAILURES.incrementAndGet();
                        throw new IllegalStateException("every first attempt fails");
                    });
                }
            }
        };
    }
}
