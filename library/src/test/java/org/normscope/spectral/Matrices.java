package org.normscope.spectral;

import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.normscope.linalg.Matrix;

/** Matrices whose largest singular value is known. */
final class Matrices {
    private Matrices() {}

    /** A matrix and its spectral norm. */
    record Known(String name, Matrix matrix, double sigma) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Closed forms and published values (docs/math/certificates.md, fixtures). */
    static Stream<Known> closedForms() {
        return Stream.of(
                new Known("Hilbert 10", filled(10, 10, (i, j) -> 1 / (i + j - 1)), 1.7519196702651776),
                new Known("ones 60 x 40", filled(60, 40, (i, j) -> 1), Math.sqrt(2400)),
                new Known("lower triangle of ones 50", triangle(50), 1 / (2 * Math.sin(Math.PI / 202))),
                new Known("path 31", path(31), 2 * Math.cos(Math.PI / 32)),
                new Known("path 40", path(40), 2 * Math.cos(Math.PI / 41)),
                new Known("path 150", path(150), 2 * Math.cos(Math.PI / 151)),
                new Known("1/(i+j) 200 x 300", filled(200, 300, (i, j) -> 1 / (i + j)), 2.0404239920501768),
                new Known("sin(ij) 200 x 300", filled(200, 300, (i, j) -> Math.sin(i * j)), 13.354685821379201),
                new Known("identity 64", Matrix.identity(64), 1),
                new Known("reflection 70", reflection(70), 1),
                new Known("rank one 90 x 45", filled(90, 45, (i, j) -> i * j), norm(90) * norm(45)),
                new Known("rank two 80 x 50", filled(80, 50, (i, j) -> (i % 2) + 2 * (j % 2)), rankTwo()),
                new Known("diagonal 50", filled(50, 50, (i, j) -> i == j ? i * i : 0), 2500),
                new Known("diagonal, signs and zeros 40", filled(40, 40, (i, j) -> i == j ? 20 - i : 0), 20),
                new Known("twins 1e-5 apart", twins(60, 1e-5), 1),
                new Known("twins 1e-12 apart", twins(60, 1e-12), 1));
    }

    /** Entry (i, j), i and j from 1. */
    static Matrix filled(int rows, int cols, DoubleBinaryOperator entry) {
        Matrix matrix = Matrix.zeros(rows, cols);
        for (int j = 0; j < cols; j++) {
            for (int i = 0; i < rows; i++) {
                matrix.set(i, j, entry.applyAsDouble(i + 1, j + 1));
            }
        }
        return matrix;
    }

    static Matrix diagonal(double... entries) {
        return filled(entries.length, entries.length, (i, j) -> i == j ? entries[(int) i - 1] : 0);
    }

    static Matrix gaussian(int rows, int cols, long seed) {
        return new RandomStart(seed, "gaussian", 0).gaussian(rows, cols);
    }

    /** {@code Q_1 diag(singular values) Q_2} with reflections that mix all rows and columns. */
    static Matrix withSpectrum(double... sigmas) {
        int n = sigmas.length;
        return SmallBlocks.times(reflection(n), SmallBlocks.times(diagonal(sigmas), reflection(n)));
    }

    /** An orthogonal matrix: all its singular values are 1. */
    static Matrix reflection(int n) {
        double squared = norm(n) * norm(n);
        return filled(n, n, (i, j) -> (i == j ? 1 : 0) - 2 * i * j / squared);
    }

    private static Matrix triangle(int n) {
        return filled(n, n, (i, j) -> i >= j ? 1 : 0);
    }

    private static Matrix path(int n) {
        return filled(n, n, (i, j) -> Math.abs(i - j) == 1 ? 1 : 0);
    }

    private static Matrix twins(int n, double gap) {
        double[] sigmas = new double[n];
        for (int i = 0; i < n; i++) {
            sigmas[i] = i < 2 ? 1 - i * gap : 0.3 - i * 1e-3;
        }
        return diagonal(sigmas);
    }

    /** Norm of (1, 2, ..., n). */
    private static double norm(int n) {
        return Math.sqrt(n * (n + 1.0) * (2 * n + 1) / 6);
    }

    /** Rows (3, 1, 3, 1, ...) and (2, 0, 2, 0, ...) by turns, 40 of each, 25 pairs of columns: from the 2 x 2 Gram matrix. */
    private static double rankTwo() {
        double trace = 9 + 1 + 4;
        double determinant = 9 * 0 + 4.0;
        double lambda = 0.5 * (trace + Math.sqrt(trace * trace - 4 * determinant));
        return Math.sqrt(40.0 * 25 * lambda);
    }
}
