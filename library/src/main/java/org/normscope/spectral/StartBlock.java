package org.normscope.spectral;

import java.util.Arrays;
import org.normscope.linalg.Matrix;

/**
 * What an iteration starts from: given vectors in front, if there are any, and Gaussian ones beside them. Only the Gaussian ones
 * carry a probability; the given ones may depend on anything, on the matrix and on the seed too (docs/math/certificates.md).
 *
 * @param random where Gaussian vectors come from
 * @param given shape m x k with columns of length 1; k may be 0
 */
public record StartBlock(RandomStart random, Matrix given) {
    /** Shortest rest of a given column that counts as a direction of its own. */
    private static final double DIRECTION = 1e-8;

    /** Gaussian vectors alone. */
    public static StartBlock gaussian(RandomStart random) {
        return new StartBlock(random, Matrix.zeros(0, 0));
    }

    /**
     * Given vectors, brought to length 1.
     *
     * @param given shape m x k. Not modified.
     * @throws IllegalArgumentException if a vector is zero or has NaN or infinite entries
     */
    public static StartBlock from(RandomStart random, Matrix given) {
        Matrix unit = new Matrix(given.rows(), given.cols(), given.values().clone());
        for (int j = 0; j < unit.cols(); j++) {
            normalize(unit, j);
        }
        return new StartBlock(random, unit);
    }

    private static void normalize(Matrix vectors, int column) {
        int from = column * vectors.rows();
        int to = from + vectors.rows();
        double largest =
                Arrays.stream(vectors.values(), from, to).map(Math::abs).max().orElse(0);
        if (!(largest > 0) || Double.isInfinite(largest)) {
            throw new IllegalArgumentException("start vector " + column + " is zero or not finite");
        }
        double squares = 0;
        for (int i = from; i < to; i++) {
            vectors.values()[i] /= largest;
            squares += vectors.values()[i] * vectors.values()[i];
        }
        for (int i = from; i < to; i++) {
            vectors.values()[i] /= Math.sqrt(squares);
        }
    }

    /** Gaussian vectors in a block of b. */
    int gaussians(int b) {
        return b - given.cols();
    }

    /**
     * The block: the given columns, then Gaussian ones.
     *
     * @throws IllegalArgumentException if the given vectors are more than b, or don't have m entries
     */
    Matrix block(int m, int b) {
        int k = given.cols();
        if (k == 0) {
            return random.gaussian(m, b);
        }
        if (k > b || given.rows() != m) {
            throw new IllegalArgumentException(
                    k + " start vectors of " + given.rows() + " entries; at most " + b + " of " + m + " are taken");
        }
        double[] values = Arrays.copyOf(given.values(), m * b);
        double[] rest = random.gaussian(m, b - k).values();
        System.arraycopy(rest, 0, values, m * k, rest.length);
        return new Matrix(m, b, values);
    }

    /** Length below which what is left of a column of {@link #block} is rounding: two given vectors may be the same. */
    double noise() {
        return given.cols() == 0 ? 0 : DIRECTION;
    }
}
