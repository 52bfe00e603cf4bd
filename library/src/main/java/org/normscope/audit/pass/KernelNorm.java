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
        return outcome.with(norm.with(bound(plan, stretched(norm.sigma(), plan.taps()), 0)));
    }

    /** An upper bound on the norm of any convolution with a kernel of that Frobenius norm, generously rounded. */
    private static double highest(MatrixStatistics statistics, long taps) {
        return 2 * Math.sqrt(taps) * statistics.frobenius();
    }

    /** From the interval of the reshaped kernel: the operator's norm is at least that, and at most root of the taps times it. */
    private static Interval stretched(Interval sigma, long taps) {
        if (taps == 1 || sigma.upper().isEmpty()) {
            return sigma;
        }
        double upper = sigma.upper().get().value() * (Math.sqrt(taps) * (1 + 0x1p-50));
        Certificate certificate =
                sigma.certificate() == Certificate.EXACT && upper > 0 ? Certificate.RIGOROUS : sigma.certificate();
        return Interval.around(
                sigma.lower().value(), sigma.estimate(), Math.nextUp(upper), certificate, sigma.failureProbability());
    }

    /**
     * The outcome with the norm that a search finds, if one is planned.
     *
     * @param slabs of a matrix that is not cut
     */
    static Outcome searched(AuditTask task, AuditSettings settings, Outcome outcome, Slabs slabs) throws IOException {
        WeightNorm norm = outcome.norm();
        MatrixStatistics statistics = outcome.statistics();
        KernelPlan plan = KernelPlan.of(task, settings).orElse(null);
        if (norm == null || norm.operator() == null || statistics == null || plan == null) {
            return outcome;
        }
        if (plan.way() != Way.SEARCHED) {
            return outcome;
        }
        Kernel kernel = new Kernel(plan.shape().stream().map(Math::toIntExact).toList(), entries(task, slabs.get(0)));
        OperatorNorm found =
                OperatorNorms.of(kernel, plan.geometry(), settings.precision().tolerance(), Evaluator.SEQUENTIAL);
        // An error in the entries moves the symbol by at most root of the taps times its Frobenius norm.
        double margin = Math.sqrt(plan.taps()) * WeightDialogue.scalingMargin(task, statistics) * (1 + 0x1p-50);
        Interval interval = found.interval().widened(margin);
        return outcome.with(norm.with(bound(plan, interval, found.evaluations())));
    }

    private static OperatorBound bound(KernelPlan plan, Interval interval, long evaluations) {
        return OperatorBound.ofUnknownLayer(interval, evaluations, plan.shape().size() - 2);
    }

    /** All entries, row-major, from the only slab. */
    private static double[] entries(AuditTask task, Slab slab) {
        MatrixShape shape = task.shape();
        int cols = Math.toIntExact(shape.cols());
        double[] entries = new double[Math.toIntExact(shape.rows() * shape.cols())];
        slab.forEachTile(1, (tile, first, lines) -> {
            for (int line = 0; line < lines; line++) {
                for (int k = 0; k < slab.m(); k++) {
                    int row = shape.isTall() ? first + line : k;
                    int col = shape.isTall() ? k : first + line;
                    entries[row * cols + col] = tile[line * slab.m() + k];
                }
            }
        });
        return entries;
    }
}
