package org.normscope.job.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.report.PlanReport;
import picocli.CommandLine.Command;

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
final class PlanCommand extends PlanView {
    static final Set<Setting> SETTINGS = withExtras();

    private static Set<Setting> withExtras() {
        Set<Setting> settings = EnumSet.copyOf(COMMON);
        settings.addAll(List.of(Setting.VECTORS, Setting.ROW_NORMS, Setting.NETWORK, Setting.ADAPTER));
        return settings;
    }

    @Override
    AuditPlan.Request request(Settings settings) {
        return Results.request(settings);
    }

    @Override
    String text(AuditPlan plan) {
        return new PlanReport(plan).text();
    }

    @Override
    void json(AuditPlan plan, OutputStream out) throws IOException {
        new PlanReport(plan).json(out);
    }
}
