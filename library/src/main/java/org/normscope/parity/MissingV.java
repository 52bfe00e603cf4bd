package org.normscope.parity;

import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Decompositions.Eigen;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;

/**
 * The v of a spectral norm that was stored without it: {@code v = pinv(Wᵀ W) Wᵀ u}, scaled until {@code u . (W v)} is a given number
 * ({@code _solve_v_and_rescale} in torch/nn/utils/spectral_norm.py).
 */
final class MissingV {
    /** Eigenvalues below this part of the largest count as zero, as in {@code torch.pinverse}. */
    private static final double CUT = 1e-15;

    private MissingV() {}

    /** The mean of {@code original / weight} over all entries; NaN if one is 0 in both. */
    static double meanRatio(DenseTensor original, DenseTensor weight) {
        double sum = 0;
        for (int i = 0; i < original.shared().length; i++) {
            sum += original.shared()[i] / weight.shared()[i];
        }
        return sum / original.shared().length;
    }

    /**
     * Solves for v, on the shorter side of the matrix.
     *
     * @throws IllegalArgumentException if an entry is not finite, or u is not as long as the matrix has rows
     */
    static double[] solve(Matrix matrix, double[] u, double sigma) {
        if (u.length != matrix.rows()) {
            throw new IllegalArgumentException("u has " + u.length + " entries, but the weight's matrix "
                    + matrix.rows() + " rows; give another u, or another dim");
        }
        for (double entry : matrix.values()) {
            if (!Double.isFinite(entry)) {
                throw new IllegalArgumentException(
                        "the original has entries that aren't finite; v can't be found from them");
            }
        }
        Matrix transposed = matrix.transpose();
        Matrix right = DenseProducts.column(u);
        Matrix v = matrix.cols() <= matrix.rows()
                ? pseudoInverseTimes(Dense.times(transposed, matrix), Dense.times(transposed, right))
                : Dense.times(transposed, pseudoInverseTimes(Dense.times(matrix, transposed), right));
        double now = PowerIteration.sigma(new DenseProducts(matrix), new PowerIteration.Vectors(u, v.values()));
        double[] scaled = v.values();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= sigma / now;
        }
        return scaled;
    }

    private static Matrix pseudoInverseTimes(Matrix gram, Matrix x) {
        Eigen eigen = Decompositions.eigenSymmetric(gram);
        Matrix along = Dense.times(eigen.vectors().transpose(), x);
        double largest = eigen.values().length == 0 ? 0 : eigen.values()[eigen.values().length - 1];
        for (int i = 0; i < along.rows(); i++) {
            double value = eigen.values()[i];
            along.set(i, 0, value > CUT * largest ? along.get(i, 0) / value : 0);
        }
        return Dense.times(eigen.vectors(), along);
    }
}
