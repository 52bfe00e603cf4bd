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

/** A Spark plugin that makes one task of the third stage stand still: only a speculative copy can overtake it. */
public final class Straggler implements SparkPlugin {
    /** Tasks that asked, in applications of this JVM; the first one stands still. */
    static final AtomicInteger ASKED = new AtomicInteger();

    private static final int STAGE = 2;

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {
            @Override
            public Object receive(Object message) {
                return ASKED.incrementAndGet();
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
            if (task.stageId() == STAGE && task.attemptNumber() == 0) {
                try {
                    if (plugin.ask("who").equals(1)) {
                        new CountDownLatch(1).await();
                    }
                } catch (Exception e) {
                    throw new IllegalStateException("overtaken", e);
                }
            }
        }
    }
}
