package org.normscope.job.spark;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.Engine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.kernel.Kernels;
import org.normscope.report.BuildInfo;
import org.normscope.report.JsonReport;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage;

/** Audits of one checkpoint on whatever engine, down to the bytes of the report that must not differ. */
final class EngineRuns {
    private static final AuditSettings SETTINGS = AuditSettings.DEFAULT.withSeed(99);

    private final Path checkpoint;
    private final AuditSettings settings;

    EngineRuns(Path checkpoint) {
        this(checkpoint, SETTINGS);
    }

    EngineRuns(Path checkpoint, AuditSettings settings) {
        this.checkpoint = checkpoint;
        this.settings = settings;
    }

    /** The same audits with matrices cut into blocks of this size. */
    EngineRuns withBlocks(long bytes) {
        AuditSettings cut = new AuditSettings(settings.precision(), settings.selection(), bytes, 1, settings.seed());
        return new EngineRuns(checkpoint, cut);
    }

    /** The same audits, as exact as this. */
    EngineRuns with(Precision precision) {
        return new EngineRuns(checkpoint, settings.with(precision));
    }

    AuditReport report(EngineFactory factory, Storage storage) throws Exception {
        try (EngineSession session = factory.open(storage, Kernels.best())) {
            return report(session.engine());
        }
    }

    private AuditReport report(Engine engine) throws Exception {
        AuditPlan plan = Audit.plan(
                Checkpoints.open(new LocalStorage(), checkpoint.toString()), settings, AuditPlan.Request.REPORT_ONLY);
        return new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {});
    }

    String repeatable(EngineFactory factory) throws Exception {
        return repeatable(report(factory, new LocalStorage()));
    }

    static String repeatable(AuditReport report) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonReport.write(report, new BuildInfo("test", "test"), JsonReport.Extent.REPEATABLE, bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
