package org.normscope.job.cli;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Extras;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.adapter.Adapter;
import org.normscope.audit.adapter.AdapterEffects;
import org.normscope.audit.architecture.Architectures;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.network.onnx.OnnxStructure;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.engine.Installation;
import org.normscope.kernel.Kernels;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Printable;

/** A checkpoint whose headers are read and found right, ready to be audited. */
final class AuditRun {
    /** Said of a checkpoint that was written while it was audited. */
    static final String CHANGED =
            "the checkpoint was written while it was audited: its numbers may be those of several versions";

    private final Storage storage;
    private final Checkpoint checkpoint;
    private final long headerBytes;
    private final String written;
    private final @Nullable Adapter adapter;

    private AuditRun(CountingStorage counting, Storage storage, Checkpoint checkpoint, @Nullable Adapter adapter)
            throws IOException {
        this.storage = storage;
        this.checkpoint = checkpoint;
        this.headerBytes = counting.bytesRead();
        this.written = Checkpoints.written(storage, checkpoint);
        this.adapter = adapter;
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
        return new AuditRun(counting, storage, checkpoint, null);
    }

    /**
     * The same with the headers of an adapter.
     *
     * @param directory on the same file system; null for none
     * @throws BadCheckpointException if the structure of one is wrong, or they don't fit
     * @throws IOException if the storage fails
     */
    static AuditRun open(String location, @Nullable String directory) throws BadCheckpointException, IOException {
        if (directory == null) {
            return open(location);
        }
        Storage storage = Hadoop.storages().of(location);
        CountingStorage counting = new CountingStorage(storage);
        Adapter adapter = Adapter.open(counting, Checkpoints.open(counting, location), directory);
        return new AuditRun(counting, storage, adapter.checkpoint(), adapter);
    }

    /** What changes when a file of the checkpoint is written again. */
    String written() {
        return written;
    }

    /** What is to be said of files that were written since the headers were read. */
    private Optional<String> change() {
        try {
            return written.equals(Checkpoints.written(storage, checkpoint)) ? Optional.empty() : Optional.of(CHANGED);
        } catch (IOException e) {
            return Optional.of("whether the checkpoint was written while it was audited can't be told: "
                    + Printable.oneLine(String.valueOf(e.getMessage())));
        }
    }

    /** What would be done; a seed is drawn where there is none. */
    AuditPlan plan(AuditSettings settings, AuditPlan.Request request) {
        return Audit.plan(checkpoint, settings, adapter == null ? request : request.adapting(adapter.adapted()));
    }

    /**
     * What would be done, with what is known of convolutions.
     *
     * @throws BadCheckpointException if a user's description doesn't fit the checkpoint
     */
    AuditPlan plan(AuditSettings settings, AuditPlan.Request request, Structure structure)
            throws BadCheckpointException {
        return plan(settings, structure.request(request, checkpoint));
    }

    /**
     * The report with a bound for the whole model, where it is known how its layers are connected.
     *
     * @param streams where is shown that it takes its time
     * @throws BadCheckpointException if a user's description doesn't fit the checkpoint
     * @throws IOException if the storage fails
     */
    AuditReport described(Structure structure, AuditPlan plan, AuditReport report, Streams streams)
            throws BadCheckpointException, IOException {
        long start = System.nanoTime();
        StatusLine line = StatusLine.start(streams, () -> bounding(System.nanoTime() - start));
        try {
            AuditReport bounded =
                    structure.bound(plan, report, storage).map(report::with).orElse(report);
            return adapter == null
                    ? bounded
                    : bounded.with(AdapterEffects.of(adapter, plan, report, structure, storage));
        } finally {
            line.close();
        }
    }

    private static String bounding(long nanoseconds) {
        return "all weights done, bounding the whole model, " + ProgressLine.duration(nanoseconds * 1e-9) + " so far";
    }

    /**
     * How layers are connected: as a description says, or else the graph of an ONNX model, or config.json.
     *
     * @param description on any file system; null for none
     * @throws BadCheckpointException if it is none
     * @throws IOException if the storage fails
     */
    Structure structure(@Nullable String description) throws BadCheckpointException, IOException {
        if (description == null && OnnxStructure.isIn(checkpoint)) {
            return OnnxStructure.of(storage, checkpoint);
        }
        Architectures architectures =
                new Architectures(storage, Installation.architectures().orElse(null));
        return description == null
                ? architectures.structure(checkpoint)
                : new Structure.Told(
                        architectures.description(checkpoint, Hadoop.storages().of(description), description));
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
            AuditReport report = new Audit(session.engine(), kernels, progress).run(plan, headerBytes, extras);
            return change().map(report::noting).orElse(report);
        }
    }
}
