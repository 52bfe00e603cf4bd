package org.normscope.linalg;

import breeze.linalg.DenseMatrix;
import breeze.linalg.DenseVector;
import breeze.linalg.eigSym;
import breeze.linalg.svd;

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
