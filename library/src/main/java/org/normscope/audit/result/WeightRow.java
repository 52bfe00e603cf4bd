package org.normscope.audit.result;

import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.How;

/**
 * What the audit says of one effective matrix.
 *
 * @param weight the matrix
 * @param status where it ended up
 * @param reason why it was not analyzed, or what to know of the result; null if there is nothing to say
 * @param norm the spectral norm; null unless analyzed
 * @param statistics counts and norms of the first reading; null if it wasn't read
 */
public record WeightRow(
        EffectiveWeight weight,
        Status status,
        @Nullable String reason,
        @Nullable WeightNorm norm,
        @Nullable MatrixStatistics statistics) {
    /** {@code (‖W‖_F / sigma)²}, or null where it isn't defined: not analyzed, or zero. */
    public @Nullable Double stableRank() {
        if (norm == null || statistics == null || norm.sigma().estimate() == 0) {
            return null;
        }
        double ratio = statistics.frobenius() / norm.sigma().estimate();
        return ratio * ratio;
    }

    /** For spectral norm, what torch divides by; else null. */
    public @Nullable Double sigmaUsed() {
        return norm == null || norm.sigmaUsed() == null
                ? null
                : norm.sigmaUsed().value();
    }

    /** The dimension of the weight that became rows. */
    public int dim() {
        return norm == null || norm.sigmaUsed() == null
                ? weight.dim()
                : norm.sigmaUsed().dim();
    }

    /** For spectral norm, the estimate of the norm of the layer that torch takes to have norm 1; else null. */
    public @Nullable Double spectralNormExcess() {
        return norm == null || norm.sigmaUsed() == null ? null : norm.sigma().estimate();
    }

    /**
     * Bound on the Frobenius norm of what rounding to the stored type did to the weight: unit roundoff times the norm, and half the
     * smallest number per entry for what lies below the normal range. Null if unknown.
     */
    public @Nullable Double roundingBound() {
        boolean stored = weight.source().dtype().kind() == DType.Kind.FLOAT && weight.how() != How.LORA;
        if (norm == null || statistics == null || !stored) {
            return null;
        }
        DType dtype = weight.source().dtype();
        double entries = (double) weight.rows() * weight.cols();
        return dtype.unitRoundoff() * statistics.frobenius() + 0.5 * dtype.smallest() * Math.sqrt(entries);
    }
}
