package org.normscope.linalg;

import dev.ludovic.netlib.lapack.JavaLAPACK;
import org.netlib.util.intW;

/**
 * What every audit needs of dense algebra, without Breeze, whose first use costs two seconds: few audits need
 * {@link Decompositions}. The same bits on every machine; the pure Java BLAS isn't good enough for that, for its products depend on
 * the width of the vector unit. Matrices must be finite.
 */
public final class Dense {
    static {
        // Asking for the Java LAPACK loads a native one where there is one, too; here nothing is computed by it, even
        // if MLlib
        // loaded it before.
        PureJava.prefer();
    }

    /** Columns worked on at once, so that what is read again stays in the cache. */
    private static final int TILE = 16;

    private Dense() {}

    /** {@code A B}; each sum runs in index order, multiplication and addition round separately. */
    public static Matrix times(Matrix a, Matrix b) {
        Matrix product = Matrix.zeros(a.rows(), b.cols());
        for (int k = 0; k < a.cols(); k++) {
            for (int j = 0; j < b.cols(); j++) {
                addColumn(b.get(k, j), a, k, product, j);
            }
        }
        return product;
    }

    private static void addColumn(double factor, Matrix a, int k, Matrix sum, int j) {
        int rows = a.rows();
        double[] from = a.values();
        double[] to = sum.values();
        for (int i = 0; i < rows; i++) {
            to[j * rows + i] += factor * from[k * rows + i];
        }
    }

    /** {@code Aᵀ B}; each sum runs in index order, multiplication and addition round separately. */
    public static Matrix transposeTimes(Matrix a, Matrix b) {
        return times(a.transpose(), b);
    }

    /** {@code ZᵀZ}, both triangles; each sum runs in index order, multiplication and addition round separately. */
    public static Matrix gram(Matrix z) {
        Matrix rows = z.transpose();
        int order = z.cols();
        Matrix gram = Matrix.zeros(order, order);
        for (int from = 0; from < z.rows(); from += TILE) {
            int to = Math.min(from + TILE, z.rows());
            for (int j = 0; j < order; j++) {
                addLowerColumn(rows, from, to, gram, j);
            }
        }
        for (int j = 0; j < order; j++) {
            for (int i = 0; i < j; i++) {
                gram.set(i, j, gram.get(j, i));
            }
        }
        return gram;
    }

    private static void addLowerColumn(Matrix rows, int from, int to, Matrix gram, int j) {
        int order = rows.rows();
        double[] source = rows.values();
        double[] target = gram.values();
        for (int k = from; k < to; k++) {
            double factor = source[j + k * order];
            for (int i = j; i < order; i++) {
                target[j * order + i] += factor * source[k * order + i];
            }
        }
    }

    /**
     * {@code L⁻¹ B} by forward substitution.
     *
     * @param lower only the lower triangle counts, its diagonal not zero. Not modified.
     * @param b Not modified.
     */
    public static Matrix solveLower(Matrix lower, Matrix b) {
        int n = lower.rows();
        Matrix x = new Matrix(n, b.cols(), b.values().clone());
        for (int from = 0; from < x.cols(); from += TILE) {
            int to = Math.min(from + TILE, x.cols());
            for (int k = 0; k < n; k++) {
                for (int j = from; j < to; j++) {
                    eliminate(lower, k, x.values(), j * n);
                }
            }
        }
        return x;
    }

    private static void eliminate(Matrix lower, int k, double[] x, int column) {
        int n = lower.rows();
        double[] factor = lower.values();
        double solved = x[column + k] / factor[k + k * n];
        x[column + k] = solved;
        for (int i = k + 1; i < n; i++) {
            x[column + i] -= solved * factor[k * n + i];
        }
    }

    /**
     * Whether plain Cholesky factorization runs to completion: all pivots positive. By the pure Java LAPACK that Breeze stands on.
     *
     * @param symmetric only the lower triangle counts. Overwritten: the lower triangle by the factor.
     */
    public static boolean isPositiveDefinite(Matrix symmetric) {
        intW info = new intW(0);
        int n = symmetric.rows();
        JavaLAPACK.getInstance().dpotrf("L", n, symmetric.values(), 0, Math.max(1, n), info);
        return info.val == 0;
    }
}
