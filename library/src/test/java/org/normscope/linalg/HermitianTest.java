package org.normscope.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HermitianTest {
    private static Hermitian random(int order, long seed) {
        Random random = new Random(seed);
        Hermitian matrix = new Hermitian(order, new double[order * order], new double[order * order]);
        for (int j = 0; j < order; j++) {
            for (int i = j; i < order; i++) {
                double re = random.nextGaussian();
                double im = i == j ? 0 : random.nextGaussian();
                matrix.real()[i + j * order] = re;
                matrix.real()[j + i * order] = re;
                matrix.imaginary()[i + j * order] = im;
                matrix.imaginary()[j + i * order] = -im;
            }
        }
        return matrix;
    }

    /** The real symmetric matrix of twice the order with the same eigenvalues, each twice. */
    private static Matrix doubled(Hermitian matrix) {
        int n = matrix.order();
        Matrix doubled = Matrix.zeros(2 * n, 2 * n);
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                doubled.set(i, j, matrix.real()[i + j * n]);
                doubled.set(n + i, n + j, matrix.real()[i + j * n]);
                doubled.set(n + i, j, matrix.imaginary()[i + j * n]);
                doubled.set(i, n + j, -matrix.imaginary()[i + j * n]);
            }
        }
        return doubled;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 31})
    void factorizationSucceedsAboveTheLargestEigenvalueOnly(int order) {
        long seed = new SplittableRandom().nextLong();
        Hermitian matrix = random(order, seed);
        double[] values = Decompositions.eigenSymmetric(doubled(matrix)).values();
        double largest = values[values.length - 1];
        assertThat(matrix.isBelow(largest + 1e-10)).as("seed %d", seed).isTrue();
        assertThat(matrix.isBelow(largest - 1e-10)).as("seed %d", seed).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void productsAreThoseOfTheRealMatrixOfTwiceTheOrder(int order) {
        Hermitian matrix = random(order, 5);
        double[] x = new Random(6).doubles(2L * order).toArray();
        ComplexVector product = matrix.times(new ComplexVector(
                java.util.Arrays.copyOf(x, order), java.util.Arrays.copyOfRange(x, order, 2 * order)));
        double[] expected =
                Dense.times(doubled(matrix), new Matrix(2 * order, 1, x)).values();
        for (int i = 0; i < order; i++) {
            assertThat(product.real()[i]).isCloseTo(expected[i], within(1e-14));
            assertThat(product.imaginary()[i]).isCloseTo(expected[order + i], within(1e-14));
        }
    }

    @Test
    void lengthsMustFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Hermitian(2, new double[4], new double[3]));
    }
}
