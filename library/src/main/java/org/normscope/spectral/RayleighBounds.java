package org.normscope.spectral;

import org.normscope.linalg.Matrix;

/**
 * What products {@code W x} tell of the singular values from below.
 *
 * @param lower a lower bound on the largest singular value, every rounding counted
 * @param estimates {@code ‖W x‖ / ‖x‖} for each vector
 */
record RayleighBounds(double lower, double[] estimates) {
    /**
     * The bounds from a block product.
     *
     * @param x vectors, m x k, the leading one first
     * @param product the answer for them
     */
    static RayleighBounds of(NormProblem problem, Matrix x, Answer.Product product) {
        double[] estimates = new double[x.cols()];
        double lower = 0;
        for (int k = 0; k < x.cols(); k++) {
            double length = SmallBlocks.frobenius(x.columns(k, k + 1));
            double image = Math.sqrt(product.squaredNorms()[k]);
            estimates[k] = image / length;
            lower = Math.max(lower, lower(problem, image, length, product.frobenius()));
        }
        return new RayleighBounds(lower, estimates);
    }

    /** {@code ((1 - gamma(n+2)) N - gamma(m+1) ‖W‖_F X) / ((1 + gamma(m+2)) X)}, rounded down; MATH: docs/math/certificates.md. */
    private static double lower(NormProblem problem, double image, double length, double frobenius) {
        double kept = (1 - Rounding.gamma(problem.longRoundings() + 2.0)) * image;
        double lost = Rounding.gamma(problem.shortRoundings() + 1.0) * frobenius * length;
        double bound = (kept - lost) / ((1 + Rounding.gamma(problem.m() + 2.0)) * length);
        return Math.max(0, bound * (1 - 8 * Rounding.U));
    }
}
