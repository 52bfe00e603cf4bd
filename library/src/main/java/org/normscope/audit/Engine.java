package org.normscope.audit;

import java.io.IOException;
import java.util.Map;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.TaskResult;

/** Whoever carries out a plan. Every engine gives the same outcomes, bit for bit. */
public interface Engine {
    /** Heap that a single weight may use, in bytes. */
    long weightMemory();

    /** What the report's {@code run} says of this engine: engine, master, executors and so on, in order. */
    Map<String, String> environment();

    /**
     * Carries out all tasks, in any order.
     *
     * @param plan what to do
     * @param listener told of every outcome exactly once, by any thread, one at a time
     * @throws IOException if the engine itself fails; a single task's failure is an outcome
     */
    void run(AuditPlan plan, Listener listener) throws IOException;

    /** Told of what is finished. */
    interface Listener {
        /** A task is finished. */
        void finished(TaskResult result);

        /**
         * Norms of some rows of a weight, if the plan asks for them: each row once, in any order, before its task is finished; what was
         * told of a task that isn't analyzed in the end means nothing.
         */
        default void rowNorms(RowNorms rows) {}
    }
}
