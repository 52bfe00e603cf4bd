package org.normscope.job.cli;

import java.util.EnumSet;
import java.util.Set;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.report.PlanReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** {@code normscope plan}. */
@Command(
        name = "plan",
        header = "Says what an audit would read, hold and ship: bytes, passes, tasks, memory.",
        customSynopsis = "normscope plan CHECKPOINT [OPTION...]",
        description = {
            "Works out from the headers alone what an audit with the same options would do with every matrix: whole inside one task, or"
                    + " striped over the cluster; the bytes read, kept, sent to every executor and returned in a step; the passes a"
                    + " matrix between trained and fresh takes; and executors that would do.",
            "",
            "Reads no numbers and starts no Spark."
        },
        exitCodeList = {
            " 0:shown",
            " 2:the checkpoint is wrong, incomplete or of a format that isn't read",
            " 3:reading failed",
            "64:the call makes no sense"
        })
final class PlanCommand implements Action {
    static final Set<Setting> SETTINGS = EnumSet.of(
            Setting.INCLUDE,
            Setting.EXCLUDE,
            Setting.TOLERANCE,
            Setting.FAILURE_PROBABILITY,
            Setting.CERTIFY,
            Setting.METHOD,
            Setting.ITERATIONS,
            Setting.SEED,
            Setting.BLOCK_BYTES,
            Setting.TOP,
            Setting.VECTORS,
            Setting.ROW_NORMS,
            Setting.JSON,
            Setting.VERBOSE,
            Setting.QUIET);

    @Parameters(
            paramLabel = "CHECKPOINT",
            description = "A file or a directory: a path, or a URI such as hdfs: or s3a:.")
    private String checkpoint = "";

    @Override
    public int run(ParseResult call, Streams streams) throws Exception {
        Settings settings = SettingOptions.of(call);
        AuditPlan plan = AuditRun.open(checkpoint).plan(settings.audit(), Results.request(settings));
        PlanReport report = new PlanReport(plan);
        if (settings.isOn(Setting.JSON)) {
            report.json(streams.out());
        } else if (!settings.isOn(Setting.QUIET)) {
            streams.out().print(report.text());
        }
        return ExitStatus.AUDITED;
    }
}
