package org.normscope.parity;

/**
 * Torch's power iteration on a pair of vectors: half steps {@code v = norm(Wᵀ u)} and {@code u = norm(W v)}, where
 * {@code norm(x) = x / max(||x||, eps)} (files torch/nn/utils/spectral_norm.py and parametrizations.py).
 *
 * @param layout whose order it is: legacy updates v first, parametrized u
 * @param eps least length that a vector is divided by
 */
public record PowerIteration(KeyLayout layout, double eps) {
    /**
     * A pair of vectors between iterations.
     *
     * @param u as long as the matrix has rows. Shared, not modified.
     * @param v as long as the matrix has columns. Shared, not modified.
     */
    public record Vectors(double[] u, double[] v) {}

    /**
     * The vectors after some iterations.
     *
     * @param count iterations of two half steps each, at least 0
     * @throws E if a product fails
     */
    public <E extends Exception> Vectors iterate(MatrixProducts<E> matrix, Vectors start, int count) throws E {
        double[] u = start.u();
        double[] v = start.v();
        for (int i = 0; i < count; i++) {
            if (layout == KeyLayout.LEGACY) {
                v = normalized(matrix.transposedTimes(u));
                u = normalized(matrix.times(v));
            } else {
                u = normalized(matrix.times(v));
                v = normalized(matrix.transposedTimes(u));
            }
        }
        return new Vectors(u, v);
    }

    /**
     * {@code u . (W v)}, which torch takes for the spectral norm. It may be negative, and for unit vectors never exceeds the true one.
     *
     * @throws E if a product fails
     */
    public static <E extends Exception> double sigma(MatrixProducts<E> matrix, Vectors vectors) throws E {
        double[] product = matrix.times(vectors.v());
        double sum = 0;
        for (int i = 0; i < product.length; i++) {
            sum += vectors.u()[i] * product[i];
        }
        return sum;
    }

    /** The vector divided by {@link #length}. */
    double[] normalized(double[] x) {
        double length = length(x);
        double[] unit = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            unit[i] = x[i] / length;
        }
        return unit;
    }

    /** {@code max(||x||, eps)}; a NaN stays one. The squares of doubles beyond 1e±154 overflow or vanish, as in torch. */
    double length(double[] x) {
        double squares = 0;
        for (double entry : x) {
            squares += entry * entry;
        }
        return Math.max(Math.sqrt(squares), eps);
    }
}
