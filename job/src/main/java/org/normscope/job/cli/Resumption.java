package org.normscope.job.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TaskResult;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.engine.JournaledEngines;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import org.normscope.job.sink.Journal;
import org.normscope.job.sink.OutputFolders;
import org.normscope.kernel.Kernels;
import org.normscope.report.BuildInfo;
import org.normscope.report.Figures;
import org.normscope.report.JournalKey;
import org.normscope.storage.Existing;
import org.normscope.tensor.Printable;

/** The journal of a call with {@code --out}: what an interrupted audit left there, and what this one would leave. */
final class Resumption implements AutoCloseable {
    private final Settings settings;
    private final Streams streams;
    private final @Nullable Journal journal;
    /** Of the audit that is gone on with. */
    private final @Nullable JournalKey resumed;

    private Resumption(Settings settings, Streams streams, @Nullable Journal journal, @Nullable JournalKey resumed) {
        this.settings = settings;
        this.streams = streams;
        this.journal = journal;
        this.resumed = resumed;
    }

    /**
     * Looks for a journal.
     *
     * @throws UsageException if {@code --resume} can't be done in this call
     * @throws IOException if the journal can't be read
     */
    static Resumption of(Settings settings, Streams streams) throws UsageException, IOException {
        boolean wanted = settings.isOn(Setting.RESUME);
        Optional<String> out = settings.text(Setting.OUT);
        if (wanted && out.isEmpty()) {
            throw new UsageException("--resume needs --out: the journal of an audit lies beside its report");
        }
        if (wanted && settings.text(Setting.VECTORS).isPresent()) {
            throw new UsageException(
                    "--resume can't bring back singular vectors, which no journal holds; resume without"
                            + " --vectors, or audit again without --resume");
        }
        if (wanted && settings.text(Setting.ROW_NORMS).isPresent()) {
            throw new UsageException("--resume can't bring back row norms, which no journal holds; resume without"
                    + " --row-norms, or audit again without --resume");
        }
        if (out.isEmpty()) {
            return new Resumption(settings, streams, null, null);
        }
        Journal journal = Journal.in(OutputFolders.of(out.get(), Hadoop::configuration));
        JournalKey left = journal.content().key().orElse(null);
        return new Resumption(settings, streams, journal, wanted ? left : null);
    }

    /** The settings, with the seed of the audit that is gone on with if they have none. */
    AuditSettings seeded(AuditSettings given) {
        return resumed == null || given.seed() != null ? given : given.withSeed(resumed.seed());
    }

    /** A journal is there because its audit was allowed to write here, and what it left of its files may go. */
    Existing existing() throws UsageException {
        return resumed != null || settings.isOn(Setting.OVERWRITE) ? Existing.REPLACED : Existing.REFUSED;
    }

    /**
     * Engines that keep the journal and compute only what isn't in it.
     *
     * @param written changes when a file of the checkpoint is written again
     * @throws UsageException if the journal to go on with is that of another audit
     */
    EngineFactory engines(EngineFactory engines, AuditPlan plan, String written) throws UsageException {
        if (journal == null) {
            return engines;
        }
        Kernels kernels = Kernels.best();
        AuditReport.Kernel kernel = new AuditReport.Kernel(kernels.name(), kernels.lanes());
        JournalKey key = JournalKey.of(plan, written, kernel, BuildInfo.current());
        List<TaskResult> known = List.of();
        if (resumed == null) {
            journal.startAfresh(key);
        } else {
            refuseOther(journal, resumed.difference(key));
            known = journal.content().results(plan);
            journal.goOn(key);
        }
        hint(journal, known.size(), plan.tasks().size());
        return new JournaledEngines(engines, known, journal::add);
    }

    private static void refuseOther(Journal journal, Optional<String> difference) throws UsageException {
        if (difference.isPresent()) {
            throw new UsageException(Printable.oneLine(journal.location()) + ": the journal of an audit with "
                    + difference.get() + "; use the same again, or audit anew without --resume");
        }
    }

    private void hint(Journal found, int known, int tasks) throws UsageException {
        String place = Printable.oneLine(found.location());
        boolean quiet = settings.isOn(Setting.QUIET);
        if (resumed != null && !quiet) {
            streams.error(known + " of " + Figures.count(tasks, "result") + " are known from " + place);
        } else if (settings.isOn(Setting.RESUME) && !quiet) {
            streams.error("nothing to resume: no journal " + place);
        } else if (resumed == null
                && !settings.isOn(Setting.RESUME)
                && found.content().key().isPresent()) {
            streams.error(place + " of an interrupted audit will be replaced; --resume goes on with it");
        }
    }

    /**
     * The report is written: the journal goes, unless tensors failed and can be tried again.
     *
     * @throws IOException if it can't be deleted
     */
    void finish(AuditReport report) throws IOException {
        if (journal == null) {
            return;
        }
        journal.failure().ifPresent(e -> streams.error("the journal could not be kept: " + e.getMessage()));
        if (report.count(Status.FAILED) == 0) {
            journal.remove();
        } else if (settings.text(Setting.VECTORS).isEmpty()
                && settings.text(Setting.ROW_NORMS).isEmpty()) {
            streams.error("--resume tries again what failed, and nothing else");
        }
    }

    @Override
    public void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }
}
