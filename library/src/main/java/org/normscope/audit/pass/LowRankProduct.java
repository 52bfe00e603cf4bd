package org.normscope.audit.pass;

import java.util.Arrays;
import org.normscope.audit.result.SingularVectors;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.weightnorm.SumOfSquares;
import org.normscope.weights.Recipe;

/**
 * The product {@code B A} of two factors that is never formed: with {@code B = Q_B R_B} and {@code Aᵀ = Q_A R_A} its singular values are
 * those of {@code C = R_B R_Aᵀ}, of the order of the rank. Householder's factors belong to matrices that differ from the stored ones by a few
 * roundings of their Frobenius norms (Higham, Accuracy and Stability of Numerical Algorithms, theorem 19.4): the margin. Powers of two are taken
 * out of both factors, so that no product of their entries leaves the range of doubles.
 *
 * @param across the transpose of A, in x r, its largest entry between 1 and 2
 * @param down B, out x r, likewise
 * @param ra R_A
 * @param rb R_B
 * @param exponent of the power of two that was taken out of the product
 */
record LowRankProduct(Matrix across, Matrix down, Matrix ra, Matrix rb, int exponent) {
    /** Constant of that theorem, chosen generously. */
    private static final double HOUSEHOLDER = 8;

    /**
     * The product of two factors.
     *
     * @param a the entries of A, row-major. Modified.
     * @param b the entries of B, row-major. Modified.
     */
    static LowRankProduct of(Recipe.Lora recipe, double[] a, double[] b) {
        int rank = Math.toIntExact(recipe.a().shape().rows());
        int exponent = unscaled(a) + unscaled(b);
        // Row-major is column-major of the transpose.
        Matrix across = new Matrix(Math.toIntExact(recipe.a().shape().columns()), rank, a);
        Matrix down = new Matrix(rank, Math.toIntExact(recipe.b().shape().rows()), b).transpose();
        if (!isFinite(across) || !isFinite(down)) {
            return new LowRankProduct(across, down, Matrix.zeros(0, 0), Matrix.zeros(0, 0), 0);
        }
        return new LowRankProduct(
                across, down, Decompositions.upperFactor(across), Decompositions.upperFactor(down), exponent);
    }

    /** Takes a power of two out; its exponent, 0 where all entries are zeros or one isn't finite. */
    private static int unscaled(double[] values) {
        double max = 0;
        for (double value : values) {
            max = Math.max(max, Math.abs(value));
        }
        if (max == 0 || !Double.isFinite(max)) {
            return 0;
        }
        int exponent = Math.getExponent(max);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.scalb(values[i], -exponent);
        }
        return exponent;
    }

    /** Whether all entries of both factors are finite numbers; else there is no core. */
    boolean isFinite() {
        return isFinite(across) && isFinite(down);
    }

    private static boolean isFinite(Matrix matrix) {
        return Arrays.stream(matrix.values()).allMatch(Double::isFinite);
    }

    /** C, with the power of two taken out. */
    Matrix core() {
        return timesTranspose(rb, ra);
    }

    /** How far the singular values of C may be from those of B A, the power of two taken out of both. */
    double margin() {
        int rank = across.cols();
        double roundings = HOUSEHOLDER * ((double) across.values().length + down.values().length) + 4.0 * rank;
        return frobenius(across) * frobenius(down) * roundings * 0x1p-53;
    }

    /** An upper bound; entries are below 2, and those too small for their squares count for less than the roundings of one of 1. */
    private static double frobenius(Matrix matrix) {
        double squares = Arrays.stream(matrix.values()).map(x -> x * x).sum();
        return Math.sqrt(squares) * (1 + SumOfSquares.RELATIVE_ERROR + matrix.values().length * 0x1p-53);
    }

    /** Euclidean norms of the rows of B A: those of {@code B R_Aᵀ}. */
    double[] rowNorms() {
        double[] norms = new double[down.rows()];
        Matrix rows = timesTranspose(down, ra);
        for (int i = 0; i < norms.length; i++) {
            SumOfSquares squares = SumOfSquares.ZERO;
            for (int j = 0; j < rows.cols(); j++) {
                squares = squares.plus(SumOfSquares.of(rows.get(i, j)));
            }
            norms[i] = Math.scalb(squares.norm(), exponent);
        }
        return norms;
    }

    /**
     * Singular vectors of B A from those of C: {@code B R_Aᵀ y / ‖·‖} and {@code Aᵀ R_Bᵀ x / ‖·‖} for x on the left and y on the right. Where
     * C's singular value is 0 they are zeros.
     */
    SingularVectors vectors(SingularVectors core) {
        Matrix right = new Matrix(ra.rows(), core.count(), core.v());
        Matrix left = new Matrix(rb.rows(), core.count(), core.u());
        Matrix u = times(down, timesTransposed(ra, right));
        Matrix v = times(across, timesTransposed(rb, left));
        for (int k = 0; k < core.count(); k++) {
            BothSides.normalize(u, k);
            BothSides.normalize(v, k);
        }
        return new SingularVectors(core.count(), u.values(), v.values());
    }

    /** {@code L Rᵀ}. */
    private static Matrix timesTranspose(Matrix left, Matrix right) {
        return times(left, right.transpose());
    }

    /** {@code Lᵀ R}. */
    private static Matrix timesTransposed(Matrix left, Matrix right) {
        return times(left.transpose(), right);
    }

    private static Matrix times(Matrix left, Matrix right) {
        Matrix product = Matrix.zeros(left.rows(), right.cols());
        for (int i = 0; i < left.rows(); i++) {
            for (int j = 0; j < right.cols(); j++) {
                double sum = 0;
                for (int k = 0; k < left.cols(); k++) {
                    sum += left.get(i, k) * right.get(k, j);
                }
                product.set(i, j, sum);
            }
        }
        return product;
    }
}
