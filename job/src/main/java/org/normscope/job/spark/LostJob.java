package org.normscope.job.spark;

import java.io.IOException;
import java.util.regex.Pattern;

/** A Spark job that failed as a whole, in one line; what Spark says goes on for pages. */
final class LostJob {
    /** 52 is Spark's own exit status after an OutOfMemoryError, 137 that of a process killed for its memory. */
    private static final Pattern MEMORY = Pattern.compile("OutOfMemoryError|exceeding.{0,20} memory limits"
            + "|[Ee]xit(ed with)?( code| status)( is|:)? (52|137)\\b");

    private LostJob() {}

    static IOException because(Exception e) {
        String said = String.valueOf(e.getMessage());
        String advice = MEMORY.matcher(said).find()
                ? "; executors ran out of memory: give them more, spark.executor.memory=8g, or use smaller --block-bytes"
                : "";
        return new IOException(
                "the Spark job failed: " + said.lines().findFirst().orElse("") + advice, e);
    }
}
