package org.normscope.linalg;

import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import org.netlib.util.intW;

/**
 * Products and Cholesky factorization by the pure Java BLAS and LAPACK that Breeze stands on, called without Breeze, whose first
 * use costs two seconds: every audit needs these, few need {@link Decompositions}. Matrices must be finite.
 */
public final class Dense {
    private Dense() {}

    /** {@code A B}. */
    public static Matrix times(Matrix a, Matrix b) {
        Matrix product = Matrix.zeros(a.rows(), b.cols());
        int m = a.rows();
        int n = b.cols();
        int k = a.cols();
        if (m > 0 && n > 0 && k > 0) {
            JavaBLAS.getInstance()
                    .dgemm("N", "N", m, n, k, 1, a.values(), 0, m, b.values(), 0, k, 0, product.values(), 0, m);
        }
        return product;
    }

    /**
     * Whether plain Cholesky factorization runs to completion: all pivots positive.
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
