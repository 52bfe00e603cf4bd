package org.normscope.matrix;

import java.io.Serializable;
import org.normscope.tensor.Shape;

/**
 * A tensor seen as a matrix: dimension 0 down, all others flattened across (the view of PyTorch's norms).
 *
 * @param rows at least 0
 * @param cols at least 0
 */
public record MatrixShape(long rows, long cols) implements Serializable {
    /** The view of a shape of any rank; a scalar is 1 x 1, a vector a single column. */
    public static MatrixShape of(Shape shape) {
        return shape.rank() == 0 ? new MatrixShape(1, 1) : new MatrixShape(shape.rows(), shape.columns());
    }

    /** The longer side: what gets cut into slabs. */
    public long longSide() {
        return Math.max(rows, cols);
    }

    /** The shorter side: the order of the Gram matrix. */
    public long shortSide() {
        return Math.min(rows, cols);
    }

    /** Whether rows are the long side; a square counts as tall. */
    public boolean isTall() {
        return rows >= cols;
    }

    /** Whether there is no entry at all. */
    public boolean isEmpty() {
        return rows == 0 || cols == 0;
    }
}
