package org.normscope.linalg;

import breeze.linalg.DenseMatrix;
import breeze.linalg.DenseVector;
import breeze.linalg.eigSym;
import breeze.linalg.operators.HasOps;
import breeze.linalg.svd;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import java.util.Optional;
import org.netlib.util.intW;

/**
 * Small dense linear algebra by Breeze on the pure Java BLAS and LAPACK, so that every machine computes the same bits.
 * Matrices must be finite.
 */
public final class Dense {
    static {
        PureJava.require();
    }

    private Dense() {}

    /** {@code A B}. */
    public static Matrix times(Matrix a, Matrix b) {
        return multiply(breeze(a), breeze(b));
    }

    /** {@code Aᵀ B}. */
    public static Matrix transposeTimes(Matrix a, Matrix b) {
        return multiply(transposed(breeze(a)), breeze(b));
    }

    /** {@code A Bᵀ}. */
    public static Matrix timesTranspose(Matrix a, Matrix b) {
        return multiply(breeze(a), transposed(breeze(b)));
    }

    /**
     * Eigenvalues, ascending, and the matching unit eigenvectors as columns.
     *
     * @param values ascending
     * @param vectors column k belongs to value k
     */
    public record Eigen(double[] values, Matrix vectors) {}

    /**
     * The eigendecomposition of a symmetric matrix.
     *
     * @param symmetric only the lower triangle counts. Not modified.
     */
    public static Eigen eigenSymmetric(Matrix symmetric) {
        eigSym.EigSym<DenseVector<Object>, DenseMatrix<Object>> result =
                eigSym.EigSym_DM_Impl$.MODULE$.apply(breeze(mirrored(symmetric)));
        return new Eigen(doubles(result.eigenvalues()), matrix(result.eigenvectors()));
    }

    /** All singular values, descending. */
    public static double[] singularValues(Matrix matrix) {
        return doubles(svd.Svd_DM_Impl$.MODULE$.apply(breeze(matrix)).singularValues());
    }

    /**
     * Whether plain Cholesky factorization runs to completion: all pivots positive.
     *
     * @param symmetric only the lower triangle counts. Overwritten.
     */
    public static boolean isPositiveDefinite(Matrix symmetric) {
        return choleskyInPlace(symmetric).isPresent();
    }

    /**
     * The lower Cholesky factor L with {@code L Lᵀ = A}, or nothing if a pivot isn't positive.
     *
     * @param symmetric only the lower triangle counts. Overwritten: the lower triangle by L, the rest left as it is.
     */
    public static Optional<Matrix> choleskyInPlace(Matrix symmetric) {
        intW info = new intW(0);
        int n = symmetric.rows();
        JavaLAPACK.getInstance().dpotrf("L", n, symmetric.values(), 0, Math.max(1, n), info);
        return info.val == 0 ? Optional.of(symmetric) : Optional.empty();
    }

    /** A copy whose upper triangle mirrors the lower one: Breeze insists on symmetry to the last bit. */
    private static Matrix mirrored(Matrix lower) {
        Matrix copy = new Matrix(lower.rows(), lower.cols(), lower.values().clone());
        for (int j = 0; j < copy.cols(); j++) {
            for (int i = j + 1; i < copy.rows(); i++) {
                copy.set(j, i, copy.get(i, j));
            }
        }
        return copy;
    }

    private static DenseMatrix<Object> breeze(Matrix matrix) {
        return new DenseMatrix<>(matrix.rows(), matrix.cols(), matrix.values());
    }

    @SuppressWarnings("unchecked")
    private static DenseMatrix<Object> transposed(DenseMatrix<Object> matrix) {
        return (DenseMatrix<Object>) matrix.t(HasOps.canTranspose_DM());
    }

    private static Matrix multiply(DenseMatrix<Object> a, DenseMatrix<Object> b) {
        @SuppressWarnings("unchecked")
        DenseMatrix<Object> product = (DenseMatrix<Object>) a.$times(b, HasOps.impl_OpMulMatrix_DMD_DMD_eq_DMD());
        return matrix(product);
    }

    /** Breeze's results are fresh, contiguous and column-major. */
    private static Matrix matrix(DenseMatrix<Object> matrix) {
        return new Matrix(matrix.rows(), matrix.cols(), (double[]) matrix.data());
    }

    private static double[] doubles(DenseVector<Object> vector) {
        return (double[]) vector.data();
    }
}
