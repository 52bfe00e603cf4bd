package org.normscope.linalg;

import breeze.linalg.DenseMatrix;
import breeze.linalg.DenseVector;
import breeze.linalg.eigSym;
import breeze.linalg.svd;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import org.netlib.util.intW;

/**
 * Full decompositions of small matrices by Breeze, on the pure Java LAPACK, so that every machine computes the same bits. Matrices
 * must be finite.
 */
public final class Decompositions {
    static {
        PureJava.require();
    }

    private Decompositions() {}

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
        DenseMatrix<Object> vectors = result.eigenvectors();
        return new Eigen(
                doubles(result.eigenvalues()), new Matrix(vectors.rows(), vectors.cols(), (double[]) vectors.data()));
    }

    /** All singular values, descending. */
    public static double[] singularValues(Matrix matrix) {
        return doubles(svd.Svd_DM_Impl$.MODULE$.apply(breeze(matrix)).singularValues());
    }

    /**
     * The upper triangular factor R of a QR decomposition by Householder reflections, LAPACK's {@code dgeqrf}: min(rows, cols) x cols.
     *
     * @param matrix Not modified.
     */
    public static Matrix upperFactor(Matrix matrix) {
        int rank = Math.min(matrix.rows(), matrix.cols());
        double[] factored = matrix.values().clone();
        int work = 32 * Math.max(1, matrix.cols());
        intW info = new intW(0);
        JavaLAPACK.getInstance()
                .dgeqrf(
                        matrix.rows(),
                        matrix.cols(),
                        factored,
                        Math.max(1, matrix.rows()),
                        new double[rank],
                        new double[work],
                        work,
                        info);
        if (info.val != 0) {
            throw new IllegalStateException("dgeqrf: argument " + -info.val);
        }
        Matrix upper = Matrix.zeros(rank, matrix.cols());
        for (int j = 0; j < matrix.cols(); j++) {
            for (int i = 0; i <= Math.min(j, rank - 1); i++) {
                upper.set(i, j, factored[i + j * matrix.rows()]);
            }
        }
        return upper;
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

    private static double[] doubles(DenseVector<Object> vector) {
        return (double[]) vector.data();
    }
}
