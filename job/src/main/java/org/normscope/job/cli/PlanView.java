package org.normscope.job.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.Set;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/** A command that reads the headers, plans an audit, and shows one view of the plan. */
abstract class PlanView implements Action {
    /** The settings that both commands have: those that can change a plan, and those of what is shown. */
    static final Set<Setting> COMMON = EnumSet.of(
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

    @Mixin
    private CheckpointArgument checkpoint = new CheckpointArgument();

    /** What the planned audit would be asked for beside the report. */
    abstract AuditPlan.Request request(Settings settings);

    /** The page for the terminal. */
    abstract String text(AuditPlan plan);

    /** Writes the page for scripts. */
    abstract void json(AuditPlan plan, OutputStream out) throws IOException;

    @Override
    public final int run(ParseResult call, Streams streams) throws Exception {
        Settings settings = SettingOptions.of(call);
        AuditRun audit = checkpoint.open(settings.text(Setting.ADAPTER).orElse(null));
        String network = settings.text(Setting.NETWORK).orElse(null);
        AuditPlan plan = audit.plan(settings.audit(), request(settings), audit.structure(network));
        if (settings.isOn(Setting.JSON)) {
            json(plan, streams.out());
        } else if (!settings.isOn(Setting.QUIET)) {
            streams.out().print(text(plan));
        }
        return ExitStatus.AUDITED;
    }
}
