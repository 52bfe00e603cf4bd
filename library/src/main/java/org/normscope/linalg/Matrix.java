package org.normscope.linalg;

/**
 * A small dense matrix, column after column: entry (i, j) is {@code values[i + j * rows]}.
 *
 * @param rows at least 0
 * @param cols at least 0
 * @param values exactly {@code rows * cols} entries; shared with the caller
 */
public record Matrix(int rows, int cols, double[] values) {
    /** Checks the length. */
    public Matrix {
        if (values.length != Math.multiplyExact(rows, cols)) {
            throw new IllegalArgumentException(rows + " x " + cols + " in " + values.length + " entries");
        }
    }

    /** A matrix of zeros. */
    public static Matrix zeros(int rows, int cols) {
        return new Matrix(rows, cols, new double[Math.multiplyExact(rows, cols)]);
    }

    /** The identity of this order. */
    public static Matrix identity(int order) {
        Matrix identity = zeros(order, order);
        for (int i = 0; i < order; i++) {
            identity.set(i, i, 1);
        }
        return identity;
    }

    /** Entry in row i, column j. */
    public double get(int i, int j) {
        return values[i + j * rows];
    }

    /** Replaces the entry in row i, column j. */
    public void set(int i, int j, double value) {
        values[i + j * rows] = value;
    }

    /** The transpose, a copy. */
    public Matrix transpose() {
        Matrix transposed = zeros(cols, rows);
        for (int j = 0; j < cols; j++) {
            for (int i = 0; i < rows; i++) {
                transposed.set(j, i, get(i, j));
            }
        }
        return transposed;
    }

    /** Columns {@code from} to {@code to} (exclusive), a copy. */
    public Matrix columns(int from, int to) {
        double[] part = new double[rows * (to - from)];
        System.arraycopy(values, from * rows, part, 0, part.length);
        return new Matrix(rows, to - from, part);
    }
}
