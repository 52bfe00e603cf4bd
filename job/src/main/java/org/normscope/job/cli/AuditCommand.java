package org.normscope.job.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.report.BuildInfo;
import org.normscope.report.Figures;
import org.normscope.report.JsonReport;
import org.normscope.report.TextReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/** {@code normscope audit}. */
@Command(
        name = "audit",
        header = "Audits a checkpoint: every tensor accounted for, norms with intervals.",
        customSynopsis = "normscope audit CHECKPOINT [--out DIR] [OPTION...]",
        description = {
            "For every weight matrix, computes an interval that contains its spectral norm, the largest singular value, and says"
                    + " with which certainty. A tensor that can't be decoded, or that holds NaN or infinite entries, is skipped"
                    + " with a reason, and the others are audited. A checkpoint whose structure is wrong is rejected as a whole.",
            "",
            "The same checkpoint, settings and --seed give the same report, on threads or on Spark.",
            "",
            "With --out, finished tensors are kept in a journal until the report is written. If the audit is interrupted, the same"
                    + " call with --resume goes on from there, to the same report, unless the checkpoint was written meanwhile."
        },
        exitCodeList = {
            " 0:audited; tensors may be skipped, for a reason that the report gives",
            " 2:the checkpoint is wrong, incomplete or of a format that isn't read; nothing is written",
            " 3:reading, writing or the cluster failed; if single tensors failed, or the checkpoint was written meanwhile, the report is"
                    + " written and says so",
            "64:the call makes no sense, would replace a report, or needs more memory than there is",
            "130, 143:interrupted, terminated; no half report is left, and --resume goes on"
        },
        footer = {
            "normscope audit model.safetensors",
            "normscope audit models/llama --out report --tolerance 1e-6 --exclude '*embed*'",
            "normscope audit model.safetensors --json --quiet > report.json",
            "normscope audit mlp.pth --network mlp.json",
            "normscope audit mlp.pth --network mlp.json --quiet --explain layer1.0",
            "normscope audit models/llama --adapter adapters/chat",
            "normscope audit hdfs://nn/models/llama --out hdfs://nn/reports --master spark://host:7077"
        })
final class AuditCommand implements Action {
    /** All but those of commands that write checkpoints. */
    static final Set<Setting> SETTINGS = EnumSet.complementOf(EnumSet.copyOf(List.of(
            Setting.MAX_SHARD_SIZE,
            Setting.DRY_RUN,
            Setting.LAYOUT,
            Setting.DIM,
            Setting.MAX_SIGMA,
            Setting.N_POWER_ITERATIONS,
            Setting.EPS)));

    @Mixin
    private CheckpointArgument checkpoint = new CheckpointArgument();

    @Override
    public int run(ParseResult call, Streams streams) throws Exception {
        Settings settings = SettingOptions.of(call);
        AuditSettings numbers = settings.audit();
        boolean quiet = settings.isOn(Setting.QUIET);
        boolean json = settings.isOn(Setting.JSON);
        PrintStream told = quiet || json ? new PrintStream(OutputStream.nullOutputStream()) : streams.out();
        AuditRun audit = checkpoint.open(settings.text(Setting.ADAPTER).orElse(null));
        String network = settings.text(Setting.NETWORK).orElse(null);
        Structure structure = audit.structure(network);
        Explained explained = Explained.of(settings, structure);
        try (Resumption resumption = Resumption.of(settings, streams);
                Results results = Results.prepare(settings, resumption.existing())) {
            AuditPlan plan = audit.plan(resumption.seeded(numbers), Results.request(settings), structure);
            EngineFactory engines = resumption.engines(Engines.of(call), plan, audit.written());
            Streams shown = quiet ? streams.withoutProgress() : streams;
            AuditReport found = audit.run(plan, engines, shown, results.extras());
            AuditReport report = audit.described(structure, plan, found, shown);
            told.print(TextReport.of(report));
            explained.print(report, json ? streams.err() : streams.out());
            results.write(report, told);
            if (json) {
                JsonReport.write(report, BuildInfo.current(), JsonReport.Extent.WHOLE, streams.out());
            }
            resumption.finish(report);
            return status(report, streams);
        }
    }

    /** Says on {@code streams} what failed, if anything did, and whether the checkpoint changed. */
    static int status(AuditReport report, Streams streams) {
        long failed = report.count(Status.FAILED);
        if (failed > 0) {
            streams.error(
                    Figures.count(failed, "tensor") + " could not be read; the report names each, with the reason");
        }
        boolean changed = report.checkpoint().notes().contains(AuditRun.CHANGED);
        if (changed) {
            streams.error(AuditRun.CHANGED + "; audit it again");
        }
        return failed > 0 || changed ? ExitStatus.FAILED : ExitStatus.AUDITED;
    }
}
