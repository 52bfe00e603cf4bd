package org.normscope.spectral;

import org.normscope.linalg.Matrix;

/** What an {@link Ask} gets back. */
public sealed interface Answer {
    /** An upper bound on the Frobenius norm of W. */
    double frobenius();

    /**
     * @param y {@code WᵀW X}, shape m x b; the algorithm may modify it
     * @param squaredNorms squared Euclidean norms of the b columns of {@code W X}
     * @param frobenius upper bound on the Frobenius norm of W
     */
    record Product(Matrix y, double[] squaredNorms, double frobenius) implements Answer {}

    /**
     * @param gram {@code WᵀW}, shape m x m; only the lower triangle counts; the algorithm may modify it
     * @param frobenius upper bound on the Frobenius norm of W
     */
    record Gram(Matrix gram, double frobenius) implements Answer {}
}
