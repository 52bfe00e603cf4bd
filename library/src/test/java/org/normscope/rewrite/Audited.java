package org.normscope.rewrite;

import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.UpperBound;
import org.normscope.kernel.Kernels;
import org.normscope.storage.Storage;

/** Audits as tests of rewrites need them: in this process, with a seed. */
final class Audited {
    static final AuditSettings SETTINGS = AuditSettings.DEFAULT.withSeed(1);

    private Audited() {}

    static AuditReport of(Storage storage, String location, AuditSettings settings) throws Exception {
        AuditPlan plan = Audit.plan(Checkpoints.open(storage, location), settings, AuditPlan.Request.REPORT_ONLY);
        LocalEngine engine = new LocalEngine(storage, Kernels.best(), 2, 128L << 20);
        return new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, found) -> {});
    }

    static double upper(WeightRow row) {
        if (row.norm() == null) {
            throw new AssertionError(row.weight().name() + " has no norm: " + row.reason());
        }
        return row.norm().sigma().upper().map(UpperBound::value).orElseThrow();
    }

    /** What the upper bound of a weight may be that was scaled to a norm: the rounding of its type comes to it, and the audit's tolerance. */
    static double most(WeightRow row, double target) {
        Double rounding = row.roundingBound();
        if (rounding == null) {
            throw new AssertionError(row.weight().name() + " has no bound on its rounding");
        }
        return (target + rounding) * (1 + SETTINGS.precision().tolerance());
    }
}
