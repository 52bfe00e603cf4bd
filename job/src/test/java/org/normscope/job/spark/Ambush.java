package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/** A Spark plugin that holds the tasks of one stage until two executors run one, and then kills these two by their process ids. */
public final class Ambush implements SparkPlugin {
    /** Key of the Spark configuration: the number of the stage. */
    static final String STAGE = "spark.ambush.stage";
    /** Process ids of the executors that were killed in applications of this JVM. */
    static final Set<Long> KILLED = ConcurrentHashMap.newKeySet();

    private static final int VICTIMS = 2;
    private static final int MILLIS = 20;

    @Override
    public DriverPlugin driverPlugin() {
        return new Killer();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Hold();
    }

    private static final class Killer implements DriverPlugin {
        private final Set<Long> victims = new HashSet<>();

        /** Takes the process id of an executor that runs a task of the stage; gives whether that may go on. */
        @Override
        public synchronized Object receive(Object message) {
            Long pid = (Long) message;
            if (victims.size() < VICTIMS && victims.add(pid) && victims.size() == VICTIMS) {
                victims.forEach(victim -> ProcessHandle.of(victim).orElseThrow().destroyForcibly());
                KILLED.addAll(victims);
            }
            return victims.size() == VICTIMS && !victims.contains(pid);
        }
    }

    private static final class Hold implements ExecutorPlugin {
        private @Nullable PluginContext context;

        @Override
        public void init(PluginContext given, Map<String, String> extra) {
            context = given;
        }

        @Override
        public void onTaskStart() {
            PluginContext plugin = requireNonNull(context);
            TaskContext task = TaskContext.get();
            if (task.stageId() == plugin.conf().getInt(STAGE, 0) && task.attemptNumber() == 0) {
                try {
                    while (!(Boolean) plugin.ask(ProcessHandle.current().pid())) {
                        Thread.sleep(MILLIS);
                    }
                } catch (Exception e) {
                    throw new IllegalStateException("the driver doesn't answer", e);
                }
            }
        }
    }
}
