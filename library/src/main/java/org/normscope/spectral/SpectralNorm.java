package org.normscope.spectral;

import org.normscope.bound.Interval;
import org.normscope.linalg.Matrix;

/**
 * A spectral norm and how it was found.
 *
 * @param sigma the interval that contains the largest singular value
 * @param method how
 * @param passes readings of the whole matrix
 * @param stop why the computation ended
 * @param singularValues the leading singular values asked for, descending, as estimates from below; at least one
 * @param vectors unit singular vectors of the short side, m x (number of values), in the same order
 */
public record SpectralNorm(
        Interval sigma, Method method, int passes, Stop stop, double[] singularValues, Matrix vectors) {
    /** Why a computation ended. */
    public enum Stop {
        /** The certified gap is at most the tolerance, or no better one can exist. */
        CERTIFIED,
        /** The number of passes allowed was used up. */
        ITERATION_LIMIT,
        /** The space is exhausted and rounding alone keeps the gap above the tolerance. */
        ROUNDING_LIMIT,
        /** Power iteration: the residual is at most the tolerance; nothing is certified from above. */
        RESIDUAL
    }
}
