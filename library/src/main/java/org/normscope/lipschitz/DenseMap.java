package org.normscope.lipschitz;

import org.normscope.bound.UpperBound;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;

/**
 * A matrix in memory.
 *
 * @param matrix rows x cols, finite. Not to be modified.
 * @param norm upper bound on its spectral norm
 * @param frobenius upper bound on its Frobenius norm
 */
public record DenseMap(Matrix matrix, UpperBound norm, UpperBound frobenius) implements LinearMap {
    /** The matrix with its norms, computed here and certified, every rounding counted. */
    public static DenseMap of(Matrix matrix) {
        DenseNorm norm = DenseNorm.of(matrix);
        return new DenseMap(matrix, norm.spectral().upper().orElseThrow(), norm.frobenius());
    }

    @Override
    public int rows() {
        return matrix.rows();
    }

    @Override
    public int cols() {
        return matrix.cols();
    }

    @Override
    public Matrix times(Matrix x) {
        return Dense.times(matrix, x);
    }

    @Override
    public Matrix transposeTimes(Matrix y) {
        return Dense.transposeTimes(matrix, y);
    }
}
