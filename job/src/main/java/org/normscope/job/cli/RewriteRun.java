package org.normscope.job.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.format.huggingface.SideFiles;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import org.normscope.job.sink.OutputFolders;
import org.normscope.kernel.Kernels;
import org.normscope.rewrite.CheckpointWriter;
import org.normscope.rewrite.Rewrite;
import org.normscope.rewrite.ShardPlan;
import org.normscope.rewrite.verify.Norms;
import org.normscope.rewrite.verify.VerifiedRewrite;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;

/** One call of a command that writes a checkpoint, from the old one's headers to the new one's names. */
final class RewriteRun {
    private final Settings settings;
    private final EngineFactory engines;
    private final Streams streams;

    RewriteRun(Settings settings, EngineFactory engines, Streams streams) {
        this.settings = settings;
        this.engines = engines;
        this.streams = streams;
    }

    /** How a new checkpoint is made of an old one. */
    @FunctionalInterface
    interface Plan {
        /**
         * Plans it.
         *
         * @param audit made if it is asked for
         * @throws Exception if that can't be done
         */
        Planned of(Checkpoint checkpoint, Audited audit) throws Exception;

        /** A plan that reads no number. */
        static Plan ofHeaders(Step<Checkpoint> step) {
            return (checkpoint, audit) -> new Planned(step.of(checkpoint), null);
        }
    }

    /** Plans a rewrite from what is known. */
    @FunctionalInterface
    interface Step<T> {
        /**
         * Plans it.
         *
         * @throws BadCheckpointException if that can't be done
         */
        Rewrite of(T known) throws BadCheckpointException;
    }

    /**
     * A rewrite.
     *
     * @param known norms of the old checkpoint, if it was audited; else null
     */
    record Planned(Rewrite rewrite, @Nullable Norms known) {
        /** A rewrite that depends on norms. */
        static Planned of(AuditReport report, Step<AuditReport> step) throws BadCheckpointException {
            return new Planned(step.of(report), new Norms(report));
        }
    }

    /** What a plan may ask for. */
    interface Audited {
        /** An audit of the selected weights. */
        AuditReport report() throws Exception;

        /** The seed of this call. */
        long seed();
    }

    /** Runs it and returns the exit status. Executors have another working folder, so that all locations are absolute. */
    int run(String location, Plan plan) throws Exception {
        AuditSettings numbers = Audit.seeded(settings.audit());
        long maxShardBytes = settings.maxShardBytes();
        boolean dry = settings.isOn(Setting.DRY_RUN);
        if (!dry && settings.text(Setting.OUT).isEmpty()) {
            throw new UsageException(
                    "--out is missing: the folder for the new checkpoint; --dry-run shows what would be written");
        }
        String absolute = LocalStorage.absolute(location);
        Storage storage = Hadoop.storages().of(absolute);
        Checkpoint old = Checkpoints.open(storage, absolute);
        String out = dry ? "" : target(old, storage);
        Streams shown = settings.isOn(Setting.QUIET) ? streams.withoutProgress() : streams;
        Kernels kernels = Kernels.best();
        try (Workers workers = new Workers(engines, storage, kernels);
                RewriteProgress progress = new RewriteProgress(shown)) {
            VerifiedRewrite verified = new VerifiedRewrite(workers, kernels, numbers, progress);
            Planned planned = plan.of(old, new OnDemand(verified, storage, old, numbers));
            SideFiles beside = SideFiles.of(storage, old);
            ShardPlan files = ShardPlan.of(old, planned.rewrite(), maxShardBytes, beside);
            RewriteAccount account = new RewriteAccount(old, planned.rewrite(), files, beside.others(), numbers);
            if (dry) {
                progress.close();
                tell(RewriteText.planned(account), new RewriteJson(account, null, null));
            } else {
                VerifiedRewrite.Old source = new VerifiedRewrite.Old(storage, old, planned.known());
                VerifiedRewrite.Written written = write(account, workers, verified, source, out);
                progress.close();
                tell(RewriteText.written(account, out, written), new RewriteJson(account, out, written));
            }
        }
        return ExitStatus.AUDITED;
    }

    private record OnDemand(VerifiedRewrite verified, Storage storage, Checkpoint checkpoint, AuditSettings numbers)
            implements Audited {
        @Override
        public AuditReport report() throws Exception {
            return verified.audit(storage, checkpoint);
        }

        @Override
        public long seed() {
            return requireNonNull(numbers.seed());
        }
    }

    private String target(Checkpoint old, Storage storage) throws UsageException, IOException {
        String out = LocalStorage.absolute(settings.text(Setting.OUT).orElseThrow());
        refuseOldFolder(old, storage, out);
        return out;
    }

    /** Executors stop before what they left behind is removed. */
    private VerifiedRewrite.Written write(
            RewriteAccount account, Workers workers, VerifiedRewrite verified, VerifiedRewrite.Old old, String out)
            throws Exception {
        OutputFolder folder = OutputFolders.of(out, Hadoop::configuration);
        Existing existing = settings.isOn(Setting.OVERWRITE) ? Existing.REPLACED : Existing.REFUSED;
        try (CheckpointWriter writer = CheckpointWriter.prepare(account.plan(), folder, existing);
                Workers used = workers) {
            VerifiedRewrite.Place place =
                    new VerifiedRewrite.Place(Hadoop.storages().of(out), out);
            return verified.run(old, account.rewrite(), writer, place);
        }
    }

    private void tell(String text, RewriteJson json) throws IOException, UsageException {
        if (settings.isOn(Setting.JSON)) {
            json.write(streams.out());
        } else if (!settings.isOn(Setting.QUIET)) {
            streams.out().print(text);
        }
    }

    /** Where the old checkpoint lies nothing is written, whatever its files are called: a folder with two is read as neither. */
    private static void refuseOldFolder(Checkpoint old, Storage storage, String out)
            throws UsageException, IOException {
        for (CheckpointFile file : old.files()) {
            String folder = storage.parent(file.location());
            if (isSame(folder, out)) {
                throw new UsageException("--out: the old checkpoint lies in " + folder + "; give another folder");
            }
        }
    }

    private static boolean isSame(String one, String other) throws IOException {
        if (LocalStorage.handles(one) && LocalStorage.handles(other)) {
            Path path = LocalStorage.path(other);
            return Files.exists(path) && Files.isSameFile(LocalStorage.path(one), path);
        }
        return withoutSlash(one).equals(withoutSlash(other));
    }

    private static String withoutSlash(String location) {
        return location.endsWith("/") ? location.substring(0, location.length() - 1) : location;
    }
}
