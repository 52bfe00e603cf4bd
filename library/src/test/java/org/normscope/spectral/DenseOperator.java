package org.normscope.spectral;

import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.NormProblem.Goal;

/**
 * A matrix in memory that answers what algorithms ask, with plain sums.
 *
 * @param w at least as many rows as columns
 */
record DenseOperator(Matrix w) {
    /** The matrix or its transpose: whichever is tall. */
    static DenseOperator of(Matrix matrix) {
        return new DenseOperator(matrix.rows() >= matrix.cols() ? matrix : matrix.transpose());
    }

    /** Everything by default but the tolerance: blocks of eight, one value. */
    static Goal goal(double tolerance) {
        return new Goal(tolerance, 1e-12, 8, 400, 1);
    }

    NormProblem problem(Goal goal, long seed) {
        return new NormProblem(w.cols(), w.rows(), false, goal, new RandomStart(seed, "test", 0));
    }

    SpectralNorm solve(Method method, Goal goal, long seed) {
        return solve(NormAlgorithms.create(method, problem(goal, seed)));
    }

    SpectralNorm solve(NormAlgorithm algorithm) {
        while (true) {
            Ask ask = algorithm.next();
            if (ask instanceof Ask.Finished finished) {
                return finished.norm();
            }
            algorithm.answer(ask instanceof Ask.Multiply multiply ? multiply(multiply.x()) : gram());
        }
    }

    Answer.Product multiply(Matrix x) {
        Matrix z = Matrix.zeros(w.rows(), x.cols());
        Panel.add(z, 1, w, x);
        double[] squaredNorms = new double[x.cols()];
        for (int j = 0; j < z.cols(); j++) {
            for (int i = 0; i < z.rows(); i++) {
                squaredNorms[j] += z.get(i, j) * z.get(i, j);
            }
        }
        return new Answer.Product(Panel.transposeTimes(w, z), squaredNorms, frobenius());
    }

    Answer.Gram gram() {
        return new Answer.Gram(Panel.transposeTimes(w, w), frobenius());
    }

    double frobenius() {
        return SmallBlocks.frobenius(w) * (1 + Rounding.gamma(w.values().length + 2.0));
    }

    /** All singular values by another implementation, descending. */
    double[] singularValues() {
        return Decompositions.singularValues(w);
    }
}
