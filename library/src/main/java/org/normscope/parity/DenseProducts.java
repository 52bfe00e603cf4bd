package org.normscope.parity;

import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;

/** Products of a matrix in memory; every sum runs in index order. */
final class DenseProducts implements MatrixProducts<RuntimeException> {
    private final Matrix matrix;
    private final Matrix transposed;

    DenseProducts(Matrix matrix) {
        this.matrix = matrix;
        this.transposed = matrix.transpose();
    }

    @Override
    public double[] times(double[] v) {
        return Dense.times(matrix, column(v)).values();
    }

    @Override
    public double[] transposedTimes(double[] u) {
        return Dense.times(transposed, column(u)).values();
    }

    static Matrix column(double[] values) {
        return new Matrix(values.length, 1, values);
    }
}
