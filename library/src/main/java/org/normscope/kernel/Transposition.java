package org.normscope.kernel;

/** Turns rows of stored elements into columns, without decoding them. */
public final class Transposition {
    /** Side of the square that is turned at a time: its lines stay in the first-level cache. */
    private static final int SQUARE = 32;

    private Transposition() {}

    /**
     * Writes the transpose of a row-major matrix.
     *
     * @param source {@code rows * cols} elements, row after row. Not modified.
     * @param target as long as the source. Overwritten: the same elements, column after column.
     * @param elementBytes bytes per element: 1, 2, 4 or 8
     */
    public static void transpose(byte[] source, byte[] target, int rows, int cols, int elementBytes) {
        for (int r0 = 0; r0 < rows; r0 += SQUARE) {
            for (int c0 = 0; c0 < cols; c0 += SQUARE) {
                for (int r = r0; r < Math.min(rows, r0 + SQUARE); r++) {
                    for (int c = c0; c < Math.min(cols, c0 + SQUARE); c++) {
                        int from = (r * cols + c) * elementBytes;
                        int to = (c * rows + r) * elementBytes;
                        for (int i = 0; i < elementBytes; i++) {
                            target[to + i] = source[from + i];
                        }
                    }
                }
            }
        }
    }
}
