package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.normscope.audit.pass.SlabShare;

/** Which attempt of a task this is: what fails may work on another machine or a moment later, but not for ever. */
final class Attempts {
    private static final Pattern LOCAL = Pattern.compile("local(?:\\[[^,\\]]+(?:,\\s*(\\d{1,9}))?])?");

    private Attempts() {}

    /** What a failure says: the reason of the one that it carries. */
    static String reason(UncheckedIOException failure) {
        return String.valueOf(requireNonNull(failure.getCause()).getMessage());
    }

    /** The packed share, or after the last attempt a packed text that says why there is none. */
    static byte[] packed(TaskContext context, Supplier<? extends Serializable> share, Supplier<String> shortage) {
        try {
            Serializable value = share.get();
            return value instanceof SlabShare sum ? Wire.pack(sum, sum.bytes()) : Wire.pack(value);
        } catch (UncheckedIOException e) {
            return lost(context, e);
        } catch (OutOfMemoryError e) {
            // Nor may it be a cause: Spark looks for it down the chain, and ends the whole executor.
            return lost(context, new UncheckedIOException(new IOException(shortage.get())));
        }
    }

    private static byte[] lost(TaskContext context, UncheckedIOException failure) {
        if (isAnotherOneLeft(context)) {
            throw failure;
        }
        return Wire.pack(reason(failure));
    }

    /** Whether Spark would try this task again if it failed now. */
    static boolean isAnotherOneLeft(TaskContext context) {
        return context.attemptNumber() + 1 < most(SparkEnv.get().conf());
    }

    /** Attempts per task: a local master says it itself, {@code local[THREADS,ATTEMPTS]}, and without that there is one. */
    static int most(SparkConf conf) {
        String master = conf.get("spark.master", "");
        Matcher local = LOCAL.matcher(master);
        if (!local.matches()) {
            return conf.getInt("spark.task.maxFailures", 4);
        }
        return local.group(1) == null ? 1 : Integer.parseInt(local.group(1));
    }
}
