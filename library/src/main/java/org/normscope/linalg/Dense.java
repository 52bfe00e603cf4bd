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
