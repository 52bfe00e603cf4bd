package org.normscope.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.bound.Certificate;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Matrices.Known;
import org.normscope.spectral.NormProblem.Goal;
import org.normscope.spectral.SpectralNorm.Stop;

class ClosedFormTest {
    /** The closed form itself is rounded. */
    private static final double ULPS = 1e-15;

    static Stream<Known> closedForms() {
        return Matrices.closedForms();
    }

    @ParameterizedTest
    @MethodSource("closedForms")
    void gramProvesTheNormAtEveryTolerance(Known known) {
        DenseOperator operator = DenseOperator.of(known.matrix());
        for (double tolerance : new double[] {1e-2, 1e-3, 1e-6, 1e-8}) {
            SpectralNorm norm = operator.solve(Method.GRAM, DenseOperator.goal(tolerance), 1);
            proves(norm, known, tolerance);
            assertThat(norm.sigma().estimate()).isCloseTo(known.sigma(), within(1e-9 * known.sigma()));
            assertThat(norm.sigma().certificate()).isEqualTo(Certificate.RIGOROUS);
            assertThat(norm.passes()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("closedForms")
    void blockLanczosProvesTheNormAtEveryTolerance(Known known) {
        DenseOperator operator = DenseOperator.of(known.matrix());
        if (operator.w().cols() < 32) {
            return;
        }
        for (double tolerance : new double[] {1e-2, 1e-3, 1e-6, 1e-8}) {
            for (long seed = 0; seed < 3; seed++) {
                proves(operator.solve(Method.KRYLOV, DenseOperator.goal(tolerance), seed), known, tolerance);
            }
        }
    }

    private static void proves(SpectralNorm norm, Known known, double tolerance) {
        assertThat(norm.stop()).as("tolerance %g", tolerance).isEqualTo(Stop.CERTIFIED);
        assertThat(norm.sigma().lower().value()).isLessThanOrEqualTo(known.sigma() * (1 + ULPS));
        assertThat(norm.sigma().upper().orElseThrow().value()).isGreaterThanOrEqualTo(known.sigma() * (1 - ULPS));
        assertThat(norm.sigma().relativeWidth()).isLessThanOrEqualTo(tolerance);
        assertThat(norm.sigma().estimate()).isCloseTo(known.sigma(), within(tolerance / 10 * known.sigma()));
    }

    @ParameterizedTest
    @MethodSource("closedForms")
    void powerIterationBoundsFromBelowOnly(Known known) {
        Goal goal = new Goal(1e-6, 1e-12, 1, 2000, 1);
        SpectralNorm norm = DenseOperator.of(known.matrix()).solve(Method.POWER, goal, 2);
        assertThat(norm.sigma().upper()).isEmpty();
        assertThat(norm.sigma().certificate()).isEqualTo(Certificate.LOWER_ONLY);
        assertThat(norm.sigma().lower().value())
                .isLessThanOrEqualTo(known.sigma() * (1 + ULPS))
                .isGreaterThan(0.99 * known.sigma());
    }

    @ParameterizedTest
    @MethodSource("closedForms")
    void theSingularVectorAttainsTheEstimate(Known known) {
        DenseOperator operator = DenseOperator.of(known.matrix());
        SpectralNorm norm = operator.solve(Method.GRAM, DenseOperator.goal(1e-6), 3);
        Matrix x = norm.vectors();
        assertThat(SmallBlocks.frobenius(x)).isCloseTo(1, within(1e-12));
        double image = Math.sqrt(operator.multiply(x).squaredNorms()[0]);
        assertThat(image).isCloseTo(norm.sigma().estimate(), within(1e-9 * known.sigma()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"GRAM", "KRYLOV"})
    void theNormFollowsItsInvariances(String method) {
        Method way = Method.valueOf(method);
        Matrix matrix = Matrices.gaussian(80, 48, 8);
        double sigma = estimate(way, matrix);
        assertThat(estimate(way, matrix.transpose())).isCloseTo(sigma, within(1e-8 * sigma));
        Matrix scaled = Matrices.filled(80, 48, (i, j) -> -3 * matrix.get((int) i - 1, (int) j - 1));
        assertThat(estimate(way, scaled)).isCloseTo(3 * sigma, within(3e-8 * sigma));
        Matrix turned = SmallBlocks.times(Matrices.reflection(80), SmallBlocks.times(matrix, Matrices.reflection(48)));
        assertThat(estimate(way, turned)).isCloseTo(sigma, within(1e-8 * sigma));
        Matrix permuted = Matrices.filled(80, 48, (i, j) -> matrix.get((int) (7 * i) % 80, (int) (5 * j) % 48));
        assertThat(estimate(way, permuted)).isCloseTo(sigma, within(1e-8 * sigma));
    }

    private static double estimate(Method method, Matrix matrix) {
        SpectralNorm norm = DenseOperator.of(matrix).solve(method, DenseOperator.goal(1e-6), 4);
        return norm.sigma().estimate();
    }

    @Test
    void theFrobeniusNormOfTheSineMatrixIsThePublishedOne() {
        Matrix matrix = Matrices.filled(200, 300, (i, j) -> Math.sin(i * j));
        assertThat(SmallBlocks.frobenius(matrix)).isCloseTo(173.4502283646147, within(1e-10));
    }

    @ParameterizedTest(name = "top {0}")
    @ValueSource(ints = {2, 5, 8, 12})
    void leadingSingularValuesAgreeWithTheFullDecomposition(int top) {
        for (long seed = 0; seed < 3; seed++) {
            for (int m : new int[] {6, 31, 40, 90}) {
                DenseOperator operator = new DenseOperator(Matrices.gaussian(100, m, seed));
                double[] truth = Arrays.copyOf(operator.singularValues(), Math.min(top, m));
                for (Method method : new Method[] {Method.GRAM, Method.KRYLOV}) {
                    int block = NormAlgorithms.blockSize(top);
                    if (method == Method.KRYLOV && m < 4 * block) {
                        continue;
                    }
                    Goal goal = new Goal(1e-3, 1e-12, block, 400, top);
                    SpectralNorm norm = operator.solve(method, goal, seed);
                    assertThat(norm.singularValues())
                            .as("seed %d, %s, m = %d", seed, method, m)
                            .hasSize(truth.length);
                    for (int k = 0; k < truth.length; k++) {
                        assertThat(norm.singularValues()[k] / truth[k] - 1)
                                .as("seed %d, %s, m = %d, value %d", seed, method, m, k)
                                .isBetween(-1e-3, 1e-12);
                    }
                    orthonormal(norm.vectors());
                }
            }
        }
    }

    private static void orthonormal(Matrix vectors) {
        Matrix gram = Panel.transposeTimes(vectors, vectors);
        for (int i = 0; i < gram.rows(); i++) {
            for (int j = 0; j < gram.cols(); j++) {
                assertThat(gram.get(i, j)).isCloseTo(i == j ? 1 : 0, within(1e-10));
            }
        }
    }
}
