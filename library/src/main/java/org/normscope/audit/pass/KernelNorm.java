package org.normscope.audit.pass;

import java.io.IOException;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.KernelPlan;
import org.normscope.audit.plan.KernelPlan.Way;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.WeightNorm;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.Kernel;
import org.normscope.convolution.OperatorNorm;
import org.normscope.convolution.OperatorNorms;
import org.normscope.kernel.Slab;
import org.normscope.matrix.MatrixShape;
import org.normscope.weightnorm.MatrixStatistics;

/** The norm of a weight as a convolution, after its norm as a matrix: {@code docs/math/convolutions.md}. */
final class KernelNorm {
    private static final String TOO_LARGE = "the norm as a convolution may exceed the largest double, 1.8e308";

    private KernelNorm() {}

    /** The outcome with what its norm says of the convolution; the same for what is none, or has no norm. */
    static Outcome fromReshaped(AuditTask task, AuditSettings settings, Outcome outcome) {
        WeightNorm norm = outcome.norm();
        KernelPlan plan = KernelPlan.of(task, settings).orElse(null);
        if (norm == null || outcome.statistics() == null || plan == null) {
            return outcome;
        }
        if (Double.isInfinite(highest(outcome.statistics(), plan.taps()))) {
            String reason = outcome.reason() == null ? TOO_LARGE : outcome.reason() + "; " + TOO_LARGE;
            return new Outcome(outcome.status(), reason, outcome.statistics(), norm, outcome.vectors());
        }
        return outcome.with(norm.with(OperatorBound.of(plan.use(), stretched(norm.sigma(), plan), 0)));
    }

    /** An upper bound on the norm of any convolution with a kernel of that Frobenius norm, generously rounded. */
    private static double highest(MatrixStatistics statistics, long taps) {
        return 2 * Math.sqrt(taps) * statistics.frobenius();
    }

    /** From the interval of the reshaped kernel: the operator's norm is at most root of the shifts times that, and at least that over root of the parts. */
    private static Interval stretched(Interval sigma, KernelPlan plan) {
        boolean isWider = plan.shifts() > 1 && sigma.upper().isPresent();
        if (plan.parts() == 1 && !isWider) {
            return sigma;
        }
        double lower = sigma.lower().value();
        if (plan.parts() > 1) {
            lower *= 1 / Math.sqrt(plan.parts()) * (1 - 0x1p-50);
        }
        if (sigma.upper().isEmpty()) {
            return Interval.lowerOnly(lower, sigma.estimate());
        }
        double upper = sigma.upper().get().value() * (isWider ? Math.sqrt(plan.shifts()) * (1 + 0x1p-50) : 1);
        Certificate certificate =
                sigma.certificate() == Certificate.EXACT && upper > 0 ? Certificate.RIGOROUS : sigma.certificate();
        return Interval.around(
                lower, sigma.estimate(), isWider ? Math.nextUp(upper) : upper, certificate, sigma.failureProbability());
    }

    /**
     * The outcome with the norm that a search finds, if one is planned.
     *
     * @param slabs of a matrix that is not cut
     */
    static Outcome searched(AuditTask task, AuditSettings settings, Outcome outcome, Slabs slabs) throws IOException {
        boolean isPlanned = KernelPlan.of(task, settings)
                .filter(plan -> plan.way() == Way.SEARCHED)
                .isPresent();
        return isPlanned ? spread(task, settings, outcome, slabs, Evaluator.SEQUENTIAL) : outcome;
    }

    /**
     * The outcome with the norm that a search finds; the same where there is nothing to search for.
     *
     * @param slabs of a matrix that is not cut
     * @param evaluator who answers
     */
    static Outcome spread(AuditTask task, AuditSettings settings, Outcome outcome, Slabs slabs, Evaluator evaluator)
            throws IOException {
        WeightNorm norm = outcome.norm();
        MatrixStatistics statistics = outcome.statistics();
        KernelPlan plan = KernelPlan.of(task, settings).orElse(null);
        if (norm == null || norm.operator() == null || statistics == null || plan == null) {
            return outcome;
        }
        Kernel kernel =
                new Kernel(plan.shape().stream().map(Math::toIntExact).toList(), entries(task, plan, slabs.get(0)));
        OperatorNorm found = OperatorNorms.of(
                kernel, plan.use().geometry(), settings.precision().tolerance(), evaluator);
        // An error in the entries moves the symbol by at most root of the shifts times its Frobenius norm.
        double margin = Math.sqrt(plan.shifts()) * WeightDialogue.scalingMargin(task, statistics) * (1 + 0x1p-50);
        Interval interval = found.interval().widened(margin);
        return outcome.with(norm.with(OperatorBound.of(plan.use(), interval, found.evaluations())));
    }

    /** All entries in the kernel's order, from the only slab. */
    private static double[] entries(AuditTask task, KernelPlan plan, Slab slab) {
        MatrixShape shape = task.shape();
        double[] entries = new double[Math.toIntExact(shape.rows() * shape.cols())];
        slab.forEachTile(1, (tile, first, lines) -> {
            for (int line = 0; line < lines; line++) {
                for (int k = 0; k < slab.m(); k++) {
                    int row = shape.isTall() ? first + line : k;
                    int col = shape.isTall() ? k : first + line;
                    entries[plan.position(row, col)] = tile[line * slab.m() + k];
                }
            }
        });
        return entries;
    }
}
