package org.normscope.lipschitz;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Rounding;

/**
 * A matrix {@code T >= W M⁻¹ Wᵀ}, in the order of symmetric matrices, every rounding counted.
 *
 * <p>With computed factors {@code R ~ chol(M - c I)}, {@code Z ~ R⁻¹ Wᵀ}, {@code S ~ Zᵀ Z}, the block matrix {@code [M - cI, Wᵀ; W, S]} differs from one that
 * is positive semidefinite, {@code [R, Zᵀ]ᵀ [R, Zᵀ]}, entry by entry by at most gamma(n+4) times the same product of absolute values (Higham,
 * Accuracy and Stability, theorems 10.3 and 8.5), hence in norm by at most {@code e = gamma(n+4) (‖R‖_F² + ‖Z‖_F²)}. If c exceeds e and
 * the rounding of M's shifted diagonal, {@code [M, Wᵀ; W, S + cI]} is positive semidefinite, which says {@code W M⁻¹ Wᵀ <= S + cI = T}.
 */
final class SchurBound {
    private SchurBound() {}

    /**
     * Such a matrix, both triangles filled; none where M isn't safely positive definite.
     *
     * @param w rows x n, its entries neither huge nor tiny. Not modified.
     * @param m n x n, symmetric, eigenvalues from about 1/2 to 2; null for the identity. Not modified.
     */
    static Optional<Matrix> of(Matrix w, @Nullable Matrix m) {
        double frobenius = DenseNorm.frobenius(w);
        if (m == null) {
            double error = Rounding.gamma(w.cols() + 2.0) * frobenius * frobenius;
            return Optional.of(raised(Dense.gram(w.transpose()), error * (1 + 1e-10)));
        }
        double gamma = Rounding.gamma(m.rows() + 4.0);
        double shift = 1.1 * gamma * (trace(m) + 2.5 * frobenius * frobenius) + 8 * Rounding.U;
        Matrix factor = raised(m, -shift);
        if (!Dense.isPositiveDefinite(factor)) {
            return Optional.empty();
        }
        Matrix solved = Dense.solveLower(factor, w.transpose());
        double squares = squares(factor) + Math.pow(DenseNorm.frobenius(solved), 2);
        double error = 1.001 * gamma * squares + 4 * Rounding.U;
        return shift >= 1.01 * error ? Optional.of(raised(Dense.gram(solved), shift)) : Optional.empty();
    }

    /** The matrix with this much on its diagonal, rounded up. */
    private static Matrix raised(Matrix matrix, double amount) {
        Matrix sum = DenseNorm.scaled(matrix, 0);
        for (int i = 0; i < sum.rows(); i++) {
            double entry = sum.get(i, i) + amount;
            sum.set(i, i, amount > 0 ? Math.nextUp(entry) : entry);
        }
        return sum;
    }

    private static double trace(Matrix matrix) {
        double trace = 0;
        for (int i = 0; i < matrix.rows(); i++) {
            trace += matrix.get(i, i);
        }
        return trace;
    }

    /** Squared Frobenius norm of the lower triangle. */
    private static double squares(Matrix factor) {
        double sum = 0;
        for (int j = 0; j < factor.cols(); j++) {
            for (int i = j; i < factor.rows(); i++) {
                sum += factor.get(i, j) * factor.get(i, j);
            }
        }
        return sum;
    }
}
