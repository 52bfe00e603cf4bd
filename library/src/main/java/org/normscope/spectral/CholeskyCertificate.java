package org.normscope.spectral;

import java.util.OptionalDouble;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;

/**
 * A rigorous upper bound from a computed Gram matrix: if plain Cholesky factorization of {@code (s - c) I - G} runs to completion,
 * no eigenvalue of G exceeds s, rounding included (Rump, BIT 46:433, 2006; Demmel, LAPACK Working Note 14, 1989).
 */
final class CholeskyCertificate {
    private final NormProblem problem;
    private final Matrix gram;
    private final double frobenius;

    /**
     * @param gram computed {@code WᵀW}, only the lower triangle counts. Not modified.
     * @param frobenius upper bound on the Frobenius norm of W
     */
    CholeskyCertificate(NormProblem problem, Matrix gram, double frobenius) {
        this.problem = problem;
        this.gram = gram;
        this.frobenius = frobenius;
    }

    /** Bound on the norm of what rounding did to the Gram matrix: {@code gamma_L ‖W‖_F²}. */
    double gramError() {
        return Rounding.gamma(problem.longRoundings()) * frobenius * frobenius * (1 + 1e-10);
    }

    /**
     * An upper bound on sigma that is at most {@code sqrt(theta) (1 + tau)} and a rounding margin, if it can be proved.
     *
     * <p>The shift {@code c = 1.01 gamma(m+4) (m s - tr G) + 4 u s} covers the factorization, one reciprocal per column included,
     * and the rounding of the shifted diagonal, which dominates where G is nearly {@code s I}.
     */
    OptionalDouble upper(double theta, double tau) {
        int m = gram.rows();
        double s = theta * (1 + tau) * (1 + tau);
        double c = 1.01 * Rounding.gamma(m + 4.0) * Math.max(0, m * s - trace()) + 4 * Rounding.U * s;
        Matrix shifted = Matrix.zeros(m, m);
        for (int j = 0; j < m; j++) {
            for (int i = j + 1; i < m; i++) {
                shifted.set(i, j, -gram.get(i, j));
            }
            shifted.set(j, j, (s - c) - gram.get(j, j));
        }
        return Dense.isPositiveDefinite(shifted)
                ? OptionalDouble.of(Math.sqrt(s + gramError()) * (1 + 4 * Rounding.U))
                : OptionalDouble.empty();
    }

    private double trace() {
        double sum = 0;
        for (int i = 0; i < gram.rows(); i++) {
            sum += gram.get(i, i);
        }
        return sum;
    }
}
