package org.normscope.job.cli;

import java.io.IOException;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Extras;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.job.engine.Hadoop;
import org.normscope.kernel.Kernels;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/** A checkpoint whose headers are read and found right, ready to be audited. */
final class AuditRun {
    private final Storage storage;
    private final Checkpoint checkpoint;
    private final long headerBytes;

    private AuditRun(Storage storage, Checkpoint checkpoint, long headerBytes) {
        this.storage = storage;
        this.checkpoint = checkpoint;
        this.headerBytes = headerBytes;
    }

    /**
     * Reads the headers.
     *
     * @throws BadCheckpointException if the structure is wrong
     * @throws IOException if the storage fails
     */
    static AuditRun open(String location) throws BadCheckpointException, IOException {
        Storage storage = Hadoop.storages().of(location);
        CountingStorage counting = new CountingStorage(storage);
        Checkpoint checkpoint = Checkpoints.open(counting, location);
        return new AuditRun(storage, checkpoint, counting.bytesRead());
    }

    /** What would be done; a seed is drawn where there is none. */
    AuditPlan plan(AuditSettings settings, AuditPlan.Request request) {
        return Audit.plan(checkpoint, settings, request);
    }

    /**
     * Does it.
     *
     * @param streams where progress is shown
     * @param extras given what the plan asks for beside the report
     * @throws InsufficientMemoryException if a matrix needs more memory than there is
     * @throws IOException if the engine fails
     */
    AuditReport run(AuditPlan plan, EngineFactory engines, Streams streams, Extras extras)
            throws InsufficientMemoryException, IOException {
        Kernels kernels = Kernels.best();
        try (EngineSession session = engines.open(storage, kernels);
                ProgressLine progress = ProgressLine.start(plan, streams)) {
            return new Audit(session.engine(), kernels, progress).run(plan, headerBytes, extras);
        }
    }
}
