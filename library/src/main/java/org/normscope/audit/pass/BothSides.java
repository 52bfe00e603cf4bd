package org.normscope.audit.pass;

import org.normscope.audit.result.SingularVectors;
import org.normscope.linalg.Matrix;
import org.normscope.matrix.MatrixShape;

/** Both sides' vectors from the short side's: {@code W x / ‖W x‖}. */
final class BothSides {
    private BothSides() {}

    /**
     * Singular vectors of a matrix W.
     *
     * @param shape of W
     * @param shortSide right vectors of a tall W or left ones of a wide W, shape short side x k
     * @param projection W or its transpose times them, shape long side x k, line after line
     */
    static SingularVectors of(MatrixShape shape, Matrix shortSide, double[] projection) {
        int lines = Math.toIntExact(shape.longSide());
        Matrix longSide = new Matrix(shortSide.cols(), lines, projection).transpose();
        for (int k = 0; k < longSide.cols(); k++) {
            normalize(longSide, k);
        }
        boolean tall = shape.isTall();
        return new SingularVectors(
                shortSide.cols(),
                tall ? longSide.values() : shortSide.values(),
                tall ? shortSide.values() : longSide.values());
    }

    /** Divides a column by its length, if it has one. */
    static void normalize(Matrix matrix, int column) {
        double sum = 0;
        int from = column * matrix.rows();
        for (int i = from; i < from + matrix.rows(); i++) {
            sum += matrix.values()[i] * matrix.values()[i];
        }
        double length = Math.sqrt(sum);
        for (int i = from; i < from + matrix.rows() && length > 0; i++) {
            matrix.values()[i] /= length;
        }
    }
}
