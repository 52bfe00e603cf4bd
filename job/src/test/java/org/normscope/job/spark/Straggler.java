package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/** A Spark plugin whose first task of the third stage never ends by itself: only a speculative copy can overtake it. */
public final class Straggler implements SparkPlugin {
    /** Tasks that stood still in applications of this JVM. */
    static final AtomicInteger STUCK = new AtomicInteger();

    private static final int STAGE = 2;

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {
            @Override
            public Object receive(Object message) {
                return STUCK.incrementAndGet();
            }
        };
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Stuck();
    }

    private static final class Stuck implements ExecutorPlugin {
        private @Nullable PluginContext context;

        @Override
        public void init(PluginContext given, Map<String, String> extra) {
            context = given;
        }

        /** Ends when Spark interrupts the task, for its copy was faster. */
        @Override
        public void onTaskStart() {
            PluginContext plugin = requireNonNull(context);
            TaskContext task = TaskContext.get();
            if (task.stageId() == STAGE && task.partitionId() == 0 && task.attemptNumber() == 0) {
                try {
                    plugin.ask("stuck");
                    new CountDownLatch(1).await();
                } catch (Exception e) {
                    throw new IllegalStateException("overtaken", e);
                }
            }
        }
    }
}
