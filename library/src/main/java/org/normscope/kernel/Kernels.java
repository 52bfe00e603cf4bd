package org.normscope.kernel;

/**
 * Inner loops over tiles of doubles. Every implementation gives the same bits as {@link ScalarKernels}, the definition:
 * each sum runs in index order, multiplication and addition round separately, and vector lanes hold independent sums.
 *
 * <p>A tile has {@code lines} lines of {@code m} entries, line after line. Blocks of {@code b} vectors are stored entry by
 * entry: vector j's entry s is at {@code s * b + j}. Lengths are checked by {@link SlabKernel}, not here.
 */
public sealed interface Kernels permits ScalarKernels, VectorKernels {
    /** The implementation's name in the report. */
    String name();

    /** Doubles computed at once. */
    int lanes();

    /**
     * Products of the tile's lines with a block: {@code z[l, j] = sum over s of tile[l, s] * x[s, j]}, s ascending.
     *
     * @param tile shape lines x m. Not modified.
     * @param x shape m x b. Not modified.
     * @param z shape lines x b. Overwritten.
     */
    void project(double[] tile, int lines, Block x, double[] z);

    /**
     * Adds the transposed products: {@code y[s, j] += sum over l of tile[l, s] * z[l, j]}, l ascending.
     *
     * @param tile shape lines x m. Not modified.
     * @param z shape lines x b. Not modified.
     * @param y shape m x b. Modified.
     */
    void accumulate(double[] tile, int lines, double[] z, Block y);

    /**
     * Adds the tile's Gram matrix: {@code g[i, k] += sum over l of tile[l, i] * tile[l, k]} for {@code k >= i}, l
     * ascending. Entries below the diagonal are left undefined.
     *
     * @param tile shape lines x m. Not modified.
     * @param g shape m x m, row after row. Modified.
     */
    void gram(double[] tile, int lines, int m, double[] g);

    /** Columns {@code b} vectors of {@code m} entries, entry by entry: {@code values[s * b + j]}. */
    record Block(double[] values, int m, int b) {}

    /** The fastest implementation that agrees with the definition on this machine; decided once. */
    static Kernels best() {
        return KernelChoice.BEST;
    }

    /**
     * The implementation of this name, so that every machine of a cluster takes the driver's.
     *
     * @throws IllegalArgumentException if this machine can't run it
     */
    static Kernels named(String name) {
        return KernelChoice.named(name);
    }
}
