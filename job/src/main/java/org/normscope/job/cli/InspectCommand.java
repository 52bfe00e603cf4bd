package org.normscope.job.cli;

import java.io.IOException;
import java.io.OutputStream;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.job.settings.Settings;
import org.normscope.report.Inspection;
import picocli.CommandLine.Command;

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
final class InspectCommand extends PlanView {
    @Override
    AuditPlan.Request request(Settings settings) {
        return AuditPlan.Request.REPORT_ONLY;
    }

    @Override
    String text(AuditPlan plan) {
        return new Inspection(plan).text();
    }

    @Override
    void json(AuditPlan plan, OutputStream out) throws IOException {
        new Inspection(plan).json(out);
    }
}
