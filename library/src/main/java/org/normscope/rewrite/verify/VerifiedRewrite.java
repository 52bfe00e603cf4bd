package org.normscope.rewrite.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Engine;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.WeightRow;
import org.normscope.kernel.Kernels;
import org.normscope.rewrite.CheckpointWriter;
import org.normscope.rewrite.Rewrite;
import org.normscope.rewrite.Rewrite.Change;
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
     */
    public record Old(Storage storage, Checkpoint checkpoint) {}

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
        Norms before = norms(old.storage(), before(old.checkpoint(), rewrite.changes()));
        progress.writing(writer.bytes(), writer::bytesWritten);
        List<WrittenFile> files = writer.write(engines.shards(), old.storage());
        Storage unpublished = writer.unpublished(place.storage(), place.location());
        Checkpoint found = opened(unpublished, place.location());
        writer.requireSame(found);
        Norms after = norms(unpublished, after(found, rewrite.changes(), before));
        double tolerance = settings.precision().tolerance();
        Comparison comparison = Comparison.of(rewrite.changes(), before, after, tolerance);
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

    private AuditPlan before(Checkpoint checkpoint, List<Change> changes) {
        List<Measurement.Wanted> wanted = changes.stream()
                .map(change -> new Measurement.Wanted(change.before(), 0))
                .toList();
        return Measurement.of(checkpoint, settings, wanted);
    }

    /** In the view that the old weight had: torch turns weights under spectral norm, which a plain weight doesn't tell. */
    private AuditPlan after(Checkpoint checkpoint, List<Change> changes, Norms before) {
        List<Measurement.Wanted> wanted = new ArrayList<>();
        for (Change change : changes) {
            int dim = before.of(change.before()).stream()
                    .mapToInt(WeightRow::dim)
                    .findFirst()
                    .orElse(0);
            wanted.add(new Measurement.Wanted(change.after(), dim));
        }
        return Measurement.of(checkpoint, settings, wanted);
    }

    private Norms norms(Storage storage, AuditPlan plan) throws InsufficientMemoryException, IOException {
        Audit audit = new Audit(engines.engine(storage), kernels, progress.auditing(plan));
        return new Norms(audit.run(plan, 0, (weight, vectors) -> {}));
    }
}
