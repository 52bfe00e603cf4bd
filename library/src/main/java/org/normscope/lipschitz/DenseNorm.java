package org.normscope.lipschitz;

import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Answer;
import org.normscope.spectral.Ask;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithm;
import org.normscope.spectral.NormAlgorithms;
import org.normscope.spectral.NormProblem;
import org.normscope.spectral.RandomStart;
import org.normscope.spectral.Rounding;

/**
 * Norms of a matrix in memory, rigorous: from its Gram matrix.
 *
 * @param spectral interval of the spectral norm
 * @param frobenius upper bound on the Frobenius norm
 */
record DenseNorm(Interval spectral, UpperBound frobenius) {
    private static final NormProblem.Goal SHARP = new NormProblem.Goal(1e-7, 1e-12, 8, 400, 1);
    /** The start matters for speed alone: what it finds is proved by a Cholesky factorization. */
    private static final RandomStart START = new RandomStart(1, "dense", 0);

    /**
     * Norms of a matrix; its powers of two are taken out first, so that squares neither overflow nor vanish.
     *
     * @param matrix finite. Not modified.
     */
    static DenseNorm of(Matrix matrix) {
        int exponent = exponent(matrix);
        Matrix scaled = scaled(matrix, -exponent);
        double frobenius = frobenius(scaled);
        if (frobenius == 0) {
            return new DenseNorm(Interval.around(0, 0, 0, Certificate.EXACT, 0), new UpperBound(0));
        }
        Matrix tall = matrix.rows() >= matrix.cols() ? scaled : scaled.transpose();
        Interval norm = ofGram(Dense.gram(tall), tall.rows(), frobenius);
        return new DenseNorm(norm.scaled(exponent), new UpperBound(Math.nextUp(Math.scalb(frobenius, exponent))));
    }

    /**
     * The root of the largest eigenvalue of a matrix {@code T}, symmetric and positive semidefinite as it stands in memory.
     *
     * @param matrix both triangles filled. Not modified.
     */
    static Interval rootOfLargestEigenvalue(Matrix matrix) {
        double trace = 0;
        for (int i = 0; i < matrix.rows(); i++) {
            trace += matrix.get(i, i);
        }
        double root = Math.sqrt(trace * (1 + Rounding.gamma(matrix.rows() + 4.0)));
        return trace == 0
                ? Interval.around(0, 0, 0, Certificate.EXACT, 0)
                : ofGram(scaled(matrix, 0), -1, Math.nextUp(root));
    }

    /** Exponent of the largest entry; 0 where all are zero. */
    static int exponent(Matrix matrix) {
        double largest = 0;
        for (double value : matrix.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest == 0 ? 0 : Math.getExponent(largest);
    }

    /** The matrix times a power of two. */
    static Matrix scaled(Matrix matrix, int exponent) {
        double[] values = matrix.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.scalb(values[i], exponent);
        }
        return new Matrix(matrix.rows(), matrix.cols(), values);
    }

    /** Upper bound on the Frobenius norm of a matrix whose squares neither overflow nor vanish. */
    static double frobenius(Matrix matrix) {
        double sum = 0;
        for (double value : matrix.values()) {
            sum += value * value;
        }
        double root = Math.sqrt(sum * (1 + Rounding.gamma(matrix.values().length + 4.0)));
        return root == 0 ? 0 : Math.nextUp(root);
    }

    /**
     * The norm of a matrix from its Gram matrix.
     *
     * @param gram both triangles filled; its largest entry near 1. Overwritten.
     * @param depth additions per entry of the Gram matrix; -1 if its entries are exact
     * @param frobenius upper bound on the matrix's Frobenius norm
     */
    static Interval ofGram(Matrix gram, long depth, double frobenius) {
        NormProblem problem = new NormProblem(gram.rows(), Math.max(0, depth), depth < 0, SHARP, START);
        NormAlgorithm algorithm = NormAlgorithms.create(Method.GRAM, problem);
        algorithm.answer(new Answer.Gram(gram, frobenius));
        return ((Ask.Finished) algorithm.next()).norm().sigma();
    }
}
