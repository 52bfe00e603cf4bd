package org.normscope.job.cli;

import java.util.EnumSet;
import java.util.Set;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.report.Inspection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** {@code normscope inspect}. */
@Command(
        name = "inspect",
        header = "Shows what a checkpoint holds, from its headers alone.",
        customSynopsis = "normscope inspect CHECKPOINT [OPTION...]",
        description = {
            "Lists every tensor with its type, shape and role, and what an audit with the same options would do with it: the method"
                    + " for a matrix, 'count' for a tensor whose entries are only looked at, 'skip' for what is left out, with the"
                    + " reason. Verifies the whole structure and reads no numbers.",
            "",
            "With --master or without, this process reads the headers."
        },
        exitCodeList = {
            " 0:shown",
            " 2:the checkpoint is wrong, incomplete or of a format that isn't read",
            " 3:reading failed",
            "64:the call makes no sense"
        })
final class InspectCommand implements Action {
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
        AuditPlan plan = AuditRun.open(checkpoint).plan(settings.audit(), AuditPlan.Request.REPORT_ONLY);
        Inspection inspection = new Inspection(plan);
        if (settings.isOn(Setting.JSON)) {
            inspection.json(streams.out());
        } else if (!settings.isOn(Setting.QUIET)) {
            streams.out().print(inspection.text());
        }
        return ExitStatus.AUDITED;
    }
}
