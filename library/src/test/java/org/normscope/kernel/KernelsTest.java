package org.normscope.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.kernel.Kernels.Block;

class KernelsTest {
    private static final int[] LINES = {0, 1, 2, 7, 8, 9, 16, 31, 64};
    private static final int[] VECTORS = {1, 2, 3, 4, 7, 8, 9, 16, 31};

    private final Kernels scalar = new ScalarKernels();
    private final Kernels vector = new VectorKernels();

    @ParameterizedTest(name = "m = {0}")
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 16, 31, 207, 1023})
    void vectorProductsHaveTheBitsOfTheScalarOnes(int m) {
        for (int lines : LINES) {
            for (int b : VECTORS) {
                long seed = 1000L * m + 40L * lines + b;
                double[][] expected = products(scalar, seed, lines, m, b);
                double[][] actual = products(vector, seed, lines, m, b);
                assertThat(actual[0])
                        .as("seed %d, %d x %d, b = %d", seed, lines, m, b)
                        .isEqualTo(expected[0]);
                assertThat(actual[1])
                        .as("seed %d, %d x %d, b = %d", seed, lines, m, b)
                        .isEqualTo(expected[1]);
            }
        }
    }

    /** Projection and accumulation onto something that isn't zero; what lay in {@code z} before must not matter. */
    private static double[][] products(Kernels kernels, long seed, int lines, int m, int b) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] tile = values(random, lines * m);
        double[] z = values(random, lines * b);
        Block y = new Block(values(random, m * b), m, b);
        kernels.project(tile, lines, new Block(values(random, m * b), m, b), z);
        kernels.accumulate(tile, lines, z, y);
        return new double[][] {z, y.values()};
    }

    @ParameterizedTest(name = "m = {0}")
    @ValueSource(ints = {0, 1, 2, 3, 7, 8, 9, 16, 31, 207, 513})
    void vectorGramMatricesHaveTheBitsOfTheScalarOnes(int m) {
        for (int lines : LINES) {
            long seed = 1000L * m + lines;
            assertThat(gram(vector, seed, lines, m))
                    .as("seed %d, %d x %d", seed, lines, m)
                    .isEqualTo(gram(scalar, seed, lines, m));
        }
    }

    private static double[] gram(Kernels kernels, long seed, int lines, int m) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] tile = values(random, lines * m);
        double[] gram = values(random, m * m);
        kernels.gram(tile, lines, m, gram);
        for (int i = 0; i < m; i++) {
            Arrays.fill(gram, i * m, i * m + i, 0);
        }
        return gram;
    }

    /** Of all sizes, some zero, negative zero, subnormal. */
    private static double[] values(SplittableRandom random, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = (random.nextDouble() - 0.5) * Math.scalb(1.0, random.nextInt(-40, 40));
            switch (random.nextInt(50)) {
                case 0 -> values[i] = 0;
                case 1 -> values[i] = -0.0;
                case 2 -> values[i] = Double.MIN_VALUE;
                default -> {}
            }
        }
        return values;
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void oneBadEntrySpreadsInTheSameWay(double bad) {
        int m = 13;
        int lines = 11;
        double[][][] found = new double[2][][];
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            double[] tile = values(new SplittableRandom(3), lines * m);
            tile[5 * m + 4] = bad;
            double[] z = new double[lines * 9];
            kernels.project(tile, lines, new Block(values(new SplittableRandom(4), m * 9), m, 9), z);
            Block y = new Block(new double[m * 9], m, 9);
            kernels.accumulate(tile, lines, z, y);
            found[kernels == scalar ? 0 : 1] = new double[][] {z, y.values()};
        }
        assertThat(found[1][0]).isEqualTo(found[0][0]);
        assertThat(found[1][1]).isEqualTo(found[0][1]);
        assertThat(Arrays.stream(found[0][0]).filter(z -> !Double.isFinite(z))).isNotEmpty();
    }

    @Test
    void productsOfSmallIntegersAreExact() {
        int lines = 9;
        int m = 5;
        int b = 3;
        SplittableRandom random = new SplittableRandom(5);
        double[] tile = random.ints(lines * m, -9, 10).asDoubleStream().toArray();
        double[] x = random.ints(m * b, -9, 10).asDoubleStream().toArray();
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            double[] z = new double[lines * b];
            Block y = new Block(new double[m * b], m, b);
            double[] gram = new double[m * m];
            kernels.project(tile, lines, new Block(x, m, b), z);
            kernels.accumulate(tile, lines, z, y);
            kernels.gram(tile, lines, m, gram);
            for (int i = 0; i < m; i++) {
                for (int k = i; k < m; k++) {
                    long sum = 0;
                    for (int l = 0; l < lines; l++) {
                        sum += (long) (tile[l * m + i] * tile[l * m + k]);
                    }
                    assertThat(gram[i * m + k]).isEqualTo(sum);
                }
            }
            for (int i = 0; i < m * b; i++) {
                long sum = 0;
                for (int l = 0; l < lines; l++) {
                    for (int s = 0; s < m; s++) {
                        sum += (long) (tile[l * m + i / b] * tile[l * m + s] * x[s * b + i % b]);
                    }
                }
                assertThat(y.values()[i]).as(kernels.name()).isEqualTo(sum);
            }
        }
    }

    @Test
    void theBestKernelIsTheVectorOneWhereTheMachineHasVectors() {
        assertThat(Kernels.best().name()).isEqualTo(vector.lanes() > 1 ? "vector" : "scalar");
        assertThat(Kernels.best().lanes()).isEqualTo(vector.lanes());
        assertThat(scalar.lanes()).isEqualTo(1);
    }

    @Test
    void kernelsAreFoundByTheNameInTheReport() {
        assertThat(Kernels.named("scalar")).isInstanceOf(ScalarKernels.class);
        assertThat(Kernels.named(Kernels.best().name())).isSameAs(Kernels.best());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Kernels.named("gpu"))
                .withMessageContaining("'gpu'")
                .withMessageContaining("jdk.incubator.vector");
    }
}
