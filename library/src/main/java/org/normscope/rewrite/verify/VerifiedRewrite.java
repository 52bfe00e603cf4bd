package org.normscope.rewrite.verify;

import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Engine;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TensorRow;
import org.normscope.kernel.Kernels;
import org.normscope.rewrite.CheckpointWriter;
import org.normscope.rewrite.Rewrite;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.WrittenFile;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/**
 * The use case: a planned rewrite in, a new checkpoint out that was read, audited where it differs and compared before it got its name.
 * The old checkpoint is never written to.
 */
public final class VerifiedRewrite {
    private final Engines engines;
    private final Kernels kernels;
    private final AuditSettings settings;
    private final Progress progress;

    /** Who audits and who writes. */
    public interface Engines {
        /** An engine that audits what lies in a storage. */
        Engine engine(Storage storage);

        /** Who writes shards. */
        ShardEngine shards();

        /** Who compares matrices. */
        RelationEngine relations();
    }

    /** Told what is being done; each call ends what the one before began. */
    public interface Progress {
        /** Says nothing. */
        Progress SILENT = new Progress() {
            @Override
            public Audit.Progress auditing(AuditPlan plan) {
                return Audit.Progress.SILENT;
            }

            @Override
            public void writing(long bytes, LongSupplier written) {}
        };

        /** Some weights are audited. */
        Audit.Progress auditing(AuditPlan plan);

        /**
         * The new checkpoint is written.
         *
         * @param bytes all that is to be written
         * @param written what is written so far, as far as this process knows; other threads may ask
         */
        void writing(long bytes, LongSupplier written);
    }

    /**
     * What is rewritten.
     *
     * @param storage where it lies
     * @param known norms of what will change, if it was audited already; else null
     */
    public record Old(
            Storage storage,
            Checkpoint checkpoint,
            @Nullable Norms known) {}

    /**
     * Where the new checkpoint will be read.
     *
     * @param storage that reads it
     * @param location of the folder in that storage, absolute
     */
    public record Place(Storage storage, String location) {}

    /**
     * What was done.
     *
     * @param files all that is in the new checkpoint
     * @param norms of the changed weights, before and after
     */
    public record Written(List<WrittenFile> files, Comparison norms) {
        /** Copies the list. */
        public Written {
            files = List.copyOf(files);
        }
    }

    /**
     * @param kernels the loops that the engines use
     * @param settings how exactly norms are wanted; the selection doesn't matter
     */
    public VerifiedRewrite(Engines engines, Kernels kernels, AuditSettings settings, Progress progress) {
        this.engines = engines;
        this.kernels = kernels;
        this.settings = Audit.seeded(settings);
        this.progress = progress;
    }

    /**
     * Carries it out.
     *
     * @param writer of what was planned, to that place
     * @throws InsufficientMemoryException if a norm takes more memory than there is
     * @throws IOException if reading, writing or computing fails, or a promise isn't kept; then nothing has its final name
     */
    public Written run(Old old, Rewrite rewrite, CheckpointWriter writer, Place place)
            throws InsufficientMemoryException, IOException {
        progress.writing(writer.bytes(), writer::bytesWritten);
        List<WrittenFile> files = writer.write(engines.shards(), old.storage());
        Storage unpublished = writer.unpublished(place.storage(), place.location());
        Checkpoint found = opened(unpublished, place.location());
        writer.requireSame(found);
        Comparison comparison = new Verification(this, old, new Old(unpublished, found, null)).of(rewrite.changes());
        if (comparison.broken().isPresent()) {
            throw new IOException(place.location() + ": the new checkpoint isn't what it should be: "
                    + comparison.broken().get() + "; nothing is kept");
        }
        writer.publish();
        return new Written(files, comparison);
    }

    /** What is wrong with a new checkpoint isn't the fault of the old one. */
    private static Checkpoint opened(Storage storage, String location) throws IOException {
        try {
            return Checkpoints.open(storage, location);
        } catch (BadCheckpointException e) {
            throw new IOException("the new checkpoint can't be read: " + e.getMessage() + "; nothing is kept", e);
        }
    }

    /**
     * Audits the weights that the settings select, for rewrites that depend on their norms.
     *
     * @param storage where the checkpoint lies
     * @throws InsufficientMemoryException if a norm takes more memory than there is
     * @throws IOException if the engine fails, or a tensor can't be read
     */
    public AuditReport audit(Storage storage, Checkpoint checkpoint) throws InsufficientMemoryException, IOException {
        AuditPlan plan = Audit.plan(checkpoint, settings, AuditPlan.Request.REPORT_ONLY);
        Audit audit = new Audit(engines.engine(storage), kernels, progress.auditing(plan));
        AuditReport report = audit.run(plan, 0, (weight, vectors) -> {});
        for (TensorRow row : report.tensors()) {
            if (row.status() == Status.FAILED) {
                throw new IOException(row.tensor().name() + ": " + row.reason());
            }
        }
        return report;
    }

    /** Audits some weights of a checkpoint and nothing else. */
    Norms norms(Old checkpoint, List<Measurement.Wanted> wanted) throws InsufficientMemoryException, IOException {
        AuditPlan plan = Measurement.of(checkpoint.checkpoint(), settings, wanted);
        Audit.Progress shown = wanted.isEmpty() ? Audit.Progress.SILENT : progress.auditing(plan);
        Audit audit = new Audit(engines.engine(checkpoint.storage()), kernels, shown);
        return new Norms(audit.run(plan, 0, (weight, vectors) -> {}));
    }

    RelationEngine relations() {
        return engines.relations();
    }

    AuditSettings settings() {
        return settings;
    }
}
