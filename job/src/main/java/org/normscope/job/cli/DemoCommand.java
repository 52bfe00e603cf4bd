package org.normscope.job.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.demo.DemoCheckpoint;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import org.normscope.job.sink.OutputFolders;
import org.normscope.job.sink.ReportFiles;
import org.normscope.report.BuildInfo;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalStorage;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** {@code normscope demo}. */
@Command(
        name = "demo",
        header = "Audits a checkpoint with planted norms on both engines, and shows truth beside result.",
        customSynopsis = "normscope demo [--out DIR] [OPTION...]",
        description = {
            "Writes a sharded checkpoint of 8 MB whose spectral norms are known in closed form, audits it on threads and on Spark"
                    + " (local[2], or --master), and checks that every truth lies in its interval and that both reports are the"
                    + " same, byte for byte. Takes about ten seconds.",
            "",
            "DIR, a new temporary folder without --out, gets checkpoint/, local/ and spark/."
        },
        exitCodeList = {
            " 0:everything as promised",
            " 3:it was not, or reading or writing failed",
            "64:the call makes no sense"
        })
final class DemoCommand implements Action {
    static final String MASTER =
            "Spark master of the second audit: local[4], spark://HOST:7077 ...; without it local[2].";

    static final Map<Setting, String> SETTINGS = settings();

    private static Map<Setting, String> settings() {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        for (Setting setting : List.of(
                Setting.TOLERANCE,
                Setting.FAILURE_PROBABILITY,
                Setting.CERTIFY,
                Setting.METHOD,
                Setting.SEED,
                Setting.OVERWRITE,
                Setting.VERBOSE)) {
            settings.put(setting, setting.sentence());
        }
        settings.put(Setting.OUT, "Folder for checkpoint/, local/ and spark/; without it a new temporary one.");
        settings.put(Setting.QUIET, "Prints neither progress nor the tables.");
        return settings;
    }

    @Override
    public int run(ParseResult call, Streams streams) throws Exception {
        Settings settings = SettingOptions.of(call);
        boolean quiet = settings.isOn(Setting.QUIET);
        Streams shown = quiet ? streams.withoutProgress() : streams;
        Path folder = folder(settings);
        try (ReportFiles local = reports(settings, folder, "local");
                ReportFiles spark = reports(settings, folder, "spark")) {
            DemoCheckpoint.write(folder.resolve("checkpoint"));
            AuditRun audit = AuditRun.open(folder.resolve("checkpoint").toString());
            AuditPlan plan = audit.plan(settings.audit(), AuditPlan.Request.REPORT_ONLY);
            String master = call.matchedOptionValue(SettingOptions.MASTER, "local[2]");
            AuditReport onThreads = audit.run(plan, EngineFactory.LOCAL, shown, (weight, vectors) -> {});
            AuditReport onSpark = audit.run(plan, Engines.spark(master), shown, (weight, vectors) -> {});
            local.write(onThreads, BuildInfo.current());
            spark.write(onSpark, BuildInfo.current());
            DemoVerdict verdict = DemoVerdict.of(onThreads, onSpark);
            if (!quiet || !verdict.isGood()) {
                streams.out().print(verdict.text(folder));
            }
            return verdict.isGood() ? ExitStatus.AUDITED : ExitStatus.FAILED;
        }
    }

    private static Path folder(Settings settings) throws UsageException, IOException {
        Optional<String> out = settings.text(Setting.OUT);
        if (out.isEmpty()) {
            return Files.createTempDirectory("normscope-demo-");
        }
        if (!LocalStorage.handles(out.get())) {
            throw new UsageException("--out: the demo writes to this machine's disks only");
        }
        return LocalStorage.path(out.get());
    }

    private static ReportFiles reports(Settings settings, Path folder, String engine)
            throws UsageException, IOException {
        Existing existing = settings.isOn(Setting.OVERWRITE) ? Existing.REPLACED : Existing.REFUSED;
        String location = folder.resolve(engine).toString();
        return ReportFiles.prepare(OutputFolders.of(location, Hadoop::configuration), existing);
    }
}
