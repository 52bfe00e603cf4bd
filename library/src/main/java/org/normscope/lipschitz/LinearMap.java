package org.normscope.lipschitz;

import org.normscope.bound.UpperBound;
import org.normscope.linalg.Matrix;

/** A linear map that multiplies blocks of vectors, however it is stored. */
public interface LinearMap {
    /** Length of what comes out. */
    int rows();

    /** Length of what goes in. */
    int cols();

    /**
     * {@code W X}.
     *
     * @param x cols x b. Not modified.
     */
    Matrix times(Matrix x);

    /**
     * {@code Wᵀ Y}.
     *
     * @param y rows x b. Not modified.
     */
    Matrix transposeTimes(Matrix y);

    /** Upper bound on the spectral norm. */
    UpperBound norm();

    /** Upper bound on the Frobenius norm, at least the spectral norm. */
    UpperBound frobenius();

    /** Roundings on the way to an entry of either product, at most. */
    default long roundings() {
        return Math.max(rows(), cols()) + 1L;
    }
}
