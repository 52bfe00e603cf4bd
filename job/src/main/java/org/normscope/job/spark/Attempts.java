package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;

import java.io.UncheckedIOException;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/** Which attempt of a task this is: what fails may work on another machine or a moment later, but not for ever. */
final class Attempts {
    private Attempts() {}

    /** What a failure says: the reason of the one that it carries. */
    static String reason(UncheckedIOException failure) {
        return String.valueOf(requireNonNull(failure.getCause()).getMessage());
    }

    /** Whether Spark would try this task again if it failed now. */
    static boolean isAnotherOneLeft(TaskContext context) {
        int attempts = SparkEnv.get().conf().getInt("spark.task.maxFailures", 4);
        return context.attemptNumber() + 1 < attempts;
    }
}
