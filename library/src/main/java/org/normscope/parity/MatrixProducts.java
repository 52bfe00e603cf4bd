package org.normscope.parity;

/**
 * A matrix that is known by its products, wherever its entries lie.
 *
 * @param <E> what a product may fail with
 */
public interface MatrixProducts<E extends Exception> {
    /**
     * {@code W v}.
     *
     * @param v as long as W has columns. Not modified.
     */
    double[] times(double[] v) throws E;

    /**
     * {@code Wᵀ u}.
     *
     * @param u as long as W has rows. Not modified.
     */
    double[] transposedTimes(double[] u) throws E;
}
