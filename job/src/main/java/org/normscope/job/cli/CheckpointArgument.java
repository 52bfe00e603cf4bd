package org.normscope.job.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import picocli.CommandLine.Parameters;

/** The checkpoint that a command is about. */
final class CheckpointArgument {
    @Parameters(
            paramLabel = "CHECKPOINT",
            description = "A file or a directory: a path, or a URI such as hdfs: or s3a:.")
    private String location = "";

    /** What the user wrote. */
    String location() {
        return location;
    }

    /**
     * Reads its headers.
     *
     * @throws BadCheckpointException if the structure is wrong
     * @throws IOException if the storage fails
     */
    AuditRun open() throws BadCheckpointException, IOException {
        return AuditRun.open(location);
    }

    /**
     * The same with those of an adapter.
     *
     * @param adapter its directory; null for none
     * @throws BadCheckpointException if the structure of one is wrong, or they don't fit
     * @throws IOException if the storage fails
     */
    AuditRun open(@Nullable String adapter) throws BadCheckpointException, IOException {
        return AuditRun.open(location, adapter);
    }
}
