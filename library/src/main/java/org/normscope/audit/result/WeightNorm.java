package org.normscope.audit.result;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.SigmaUsed;
import org.normscope.bound.Interval;
import org.normscope.spectral.Method;

/**
 * The spectral norm of a weight, in the weight's own scale.
 *
 * @param sigma interval of the largest singular value
 * @param method how it was computed
 * @param passes readings of the whole matrix
 * @param singularValues leading singular values, descending, as many as asked for and exist; estimates from below
 * @param sigmaUsed for spectral norm, what torch divides by; else null
 * @param operator for a convolution, its norm as an operator; else null
 */
public record WeightNorm(
        Interval sigma,
        Method method,
        int passes,
        List<Double> singularValues,
        @Nullable SigmaUsed sigmaUsed,
        @Nullable OperatorBound operator)
        implements Serializable {
    /** The norm of a weight without spectral norm, or before it is known to be a convolution. */
    public WeightNorm(Interval sigma, Method method, int passes, List<Double> singularValues) {
        this(sigma, method, passes, singularValues, null, null);
    }

    /** The same as a convolution's. */
    public WeightNorm with(OperatorBound known) {
        return new WeightNorm(sigma, method, passes, singularValues, sigmaUsed, known);
    }
}
