package org.normscope.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DecompositionsTest {
    private static Matrix random(int rows, int cols, long seed) {
        return new Matrix(
                rows,
                cols,
                new SplittableRandom(seed).doubles((long) rows * cols, -1, 1).toArray());
    }

    @Test
    void eigenpairsOfASymmetricMatrixAreAscendingAndFit() {
        Matrix half = random(9, 9, 1);
        Matrix symmetric = Dense.times(half, half.transpose());
        Decompositions.Eigen eigen = Decompositions.eigenSymmetric(symmetric);
        Matrix image = Dense.times(symmetric, eigen.vectors());
        assertThat(eigen.values()).isSorted();
        for (int j = 0; j < 9; j++) {
            for (int i = 0; i < 9; i++) {
                double expected = eigen.values()[j] * eigen.vectors().get(i, j);
                assertThat(image.get(i, j)).isCloseTo(expected, within(1e-13));
            }
        }
    }

    @Test
    void onlyTheLowerTriangleCountsAndNothingIsModified() {
        Matrix lower = new Matrix(2, 2, new double[] {2, 1, 99, 2});
        assertThat(Decompositions.eigenSymmetric(lower).values()).containsExactly(new double[] {1, 3}, within(1e-15));
        assertThat(lower.values()).containsExactly(2, 1, 99, 2);
    }

    @Test
    void singularValuesAreDescendingAndTheRootsOfTheGramMatrixsEigenvalues() {
        Matrix matrix = random(7, 12, 2);
        double[] sigmas = Decompositions.singularValues(matrix);
        double[] lambdas = Decompositions.eigenSymmetric(Dense.times(matrix, matrix.transpose()))
                .values();
        assertThat(sigmas).hasSize(7);
        for (int i = 0; i < 7; i++) {
            assertThat(sigmas[i]).isCloseTo(Math.sqrt(lambdas[6 - i]), within(1e-12));
        }
    }

    @Test
    void choleskyRunsToCompletionExactlyOnPositiveDefiniteMatrices() {
        assertThat(Dense.isPositiveDefinite(new Matrix(2, 2, new double[] {2, 1, 1, 2})))
                .isTrue();
        assertThat(Dense.isPositiveDefinite(new Matrix(2, 2, new double[] {1, 2, 2, 1})))
                .isFalse();
        assertThat(Dense.isPositiveDefinite(new Matrix(1, 1, new double[] {0}))).isFalse();
        assertThat(Dense.isPositiveDefinite(Matrix.identity(300))).isTrue();
        assertThat(Dense.isPositiveDefinite(Matrix.zeros(0, 0))).isTrue();
    }

    @Test
    void productsOfAnyShapeAreSumsInIndexOrder() {
        for (int inner : new int[] {0, 1, 5, 40}) {
            Matrix a = random(6, inner, 3);
            Matrix b = random(inner, 7, 4);
            Matrix product = Dense.times(a, b);
            for (int i = 0; i < 6; i++) {
                for (int j = 0; j < 7; j++) {
                    double sum = 0;
                    for (int k = 0; k < inner; k++) {
                        sum += a.get(i, k) * b.get(k, j);
                    }
                    assertThat(product.get(i, j)).isEqualTo(sum);
                }
            }
        }
    }

    @Test
    void matricesHaveExactlyTheirEntries() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Matrix(2, 3, new double[5]))
                .withMessageContaining("2 x 3 in 5 entries");
        Matrix matrix = random(4, 3, 5);
        assertThat(matrix.transpose().get(2, 1)).isEqualTo(matrix.get(1, 2));
        assertThat(matrix.columns(1, 3).get(3, 1)).isEqualTo(matrix.get(3, 2));
    }

    @Test
    void noNativeLibraryIsLoadedWhicheverIsAskedForFirst() {
        Dense.isPositiveDefinite(Matrix.identity(2));
        Decompositions.singularValues(Matrix.identity(2));
        assertThat(dev.ludovic.netlib.blas.BLAS.getInstance()).isInstanceOf(dev.ludovic.netlib.blas.JavaBLAS.class);
        assertThat(dev.ludovic.netlib.lapack.LAPACK.getInstance())
                .isInstanceOf(dev.ludovic.netlib.lapack.JavaLAPACK.class);
    }

    @Test
    void lapackKnowsItsMachineConstantsBeforeThreadsAskForThem() throws Exception {
        try (AfreshLoader afresh = new AfreshLoader()) {
            Class<?> constants = Class.forName("org.netlib.lapack.Dlamch", true, afresh);
            assertThat(constants.getField("first").getBoolean(null)).isTrue();
            Class.forName(Decompositions.class.getName(), true, afresh);
            assertThat(constants.getField("first").getBoolean(null)).isFalse();
            assertThat(constants.getField("sfmin").getDouble(null)).isEqualTo(Double.MIN_NORMAL);
        }
    }

    /** Loads the decompositions and what they stand on once more, as a new JVM would, for their static fields. */
    private static final class AfreshLoader extends URLClassLoader {
        private AfreshLoader() {
            super(new URL[0], DecompositionsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.normscope.linalg.")
                    && !name.startsWith("dev.ludovic.")
                    && !name.startsWith("org.netlib.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
