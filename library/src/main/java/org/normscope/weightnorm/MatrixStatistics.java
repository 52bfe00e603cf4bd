package org.normscope.weightnorm;

import java.io.Serializable;
import org.normscope.matrix.MatrixShape;

/**
 * What one reading of a matrix tells without any product.
 *
 * @param nan entries that are not a number
 * @param inf entries that are infinite, of either sign
 * @param zeroRows rows of nothing but zeros
 * @param maxAbs largest absolute value; 0 for an empty matrix
 * @param squares sum of all squares
 * @param rowNorm smallest, largest and mean Euclidean norm of the rows
 */
public record MatrixStatistics(long nan, long inf, long zeroRows, double maxAbs, SumOfSquares squares, Range rowNorm)
        implements Serializable {
    /** Smallest, largest and mean of the row norms; all 0 without a row. */
    public record Range(double min, double max, double mean) implements Serializable {}

    /** The statistics of a matrix without entries. */
    public static MatrixStatistics empty(MatrixShape shape) {
        return new MatrixStatistics(0, 0, shape.rows(), 0, SumOfSquares.ZERO, new Range(0, 0, 0));
    }

    /** Whether every entry is a finite number. */
    public boolean isFinite() {
        return nan == 0 && inf == 0;
    }

    /** Frobenius norm; relative error at most half of {@link SumOfSquares#RELATIVE_ERROR}, plus one rounding. */
    public double frobenius() {
        return squares.norm();
    }
}
