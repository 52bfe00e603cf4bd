package org.normscope.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.bound.Certificate;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.NormProblem.Goal;
import org.normscope.spectral.SpectralNorm.Stop;

/** Matrices on which an algorithm that trusts appearances stops too early, or breaks down. */
class TrapsTest {
    private static final double GAP = 1e-5;

    /** Two spikes far above a bulk, a relative 1e-5 apart: powers see one direction between the two. */
    private static DenseOperator twoSpikes(int n) {
        double[] sigmas = new double[n];
        for (int i = 0; i < n; i++) {
            sigmas[i] = i < 2 ? 3 * (1 - i * GAP) : 1 - 0.9 * i / n;
        }
        return new DenseOperator(Matrices.withSpectrum(sigmas));
    }

    @ParameterizedTest(name = "tolerance {0}")
    @ValueSource(doubles = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7})
    void twoSpikesAreNeverMistakenForTheirMean(double tolerance) {
        for (long seed = 0; seed < 20; seed++) {
            SpectralNorm norm = twoSpikes(100).solve(Method.KRYLOV, DenseOperator.goal(tolerance), seed);
            assertThat(norm.sigma().lower().value()).as("seed %d", seed).isLessThanOrEqualTo(3 * (1 + 1e-14));
            assertThat(norm.sigma().upper().orElseThrow().value())
                    .as("seed %d", seed)
                    .isGreaterThanOrEqualTo(3);
            assertThat(norm.sigma().relativeWidth()).as("seed %d", seed).isLessThanOrEqualTo(tolerance);
        }
    }

    @Test
    void bothSpikesAreFoundApart() {
        Goal goal = new Goal(1e-8, 1e-12, 8, 400, 2);
        for (Method method : new Method[] {Method.GRAM, Method.KRYLOV}) {
            double[] values = twoSpikes(80).solve(method, goal, 1).singularValues();
            assertThat(values[0]).isCloseTo(3, within(1e-9));
            assertThat(values[1]).isCloseTo(3 * (1 - GAP), within(1e-9));
        }
    }

    @Test
    void powerIterationFromAnOrthogonalStartClaimsNoUpperBound() {
        DenseOperator operator = new DenseOperator(Matrices.diagonal(5, 3, 2, 1));
        Matrix start = new Matrix(4, 1, new double[] {0, 1, 1, 1});
        NormProblem problem = operator.problem(new Goal(1e-9, 1e-12, 1, 500, 1), 0);
        SpectralNorm norm = operator.solve(new PowerNorm(problem, start));
        assertThat(norm.sigma().estimate()).isCloseTo(3, within(1e-6));
        assertThat(norm.sigma().certificate()).isEqualTo(Certificate.LOWER_ONLY);
        assertThat(norm.stop()).isEqualTo(Stop.RESIDUAL);
    }

    @Test
    void powerIterationOnTwoSpikesStaysBelow() {
        SpectralNorm norm = twoSpikes(60).solve(Method.POWER, new Goal(1e-4, 1e-12, 1, 500, 1), 5);
        assertThat(norm.sigma().lower().value()).isBetween(3 * (1 - 2 * GAP), 3 * (1 + 1e-14));
        assertThat(norm.sigma().upper()).isEmpty();
    }

    @ParameterizedTest(name = "{0} passes")
    @ValueSource(ints = {2, 3, 4, 6})
    void tooFewPassesGiveAWiderIntervalThatSaysSo(int limit) {
        for (long seed = 0; seed < 20; seed++) {
            DenseOperator operator = new DenseOperator(Matrices.gaussian(200, 120, seed));
            double sigma = operator.singularValues()[0];
            SpectralNorm norm = operator.solve(Method.KRYLOV, new Goal(1e-6, 1e-12, 8, limit, 1), seed);
            assertThat(norm.passes()).isEqualTo(limit);
            assertThat(norm.stop()).isEqualTo(Stop.ITERATION_LIMIT);
            assertThat(norm.sigma().lower().value()).isLessThanOrEqualTo(sigma * (1 + 1e-13));
            assertThat(norm.sigma().upper().orElseThrow().value()).isGreaterThan(sigma);
        }
    }

    @Test
    void energyCertifiesWhatIsNearlyOfLowRank() {
        double[] sigmas = new double[64];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = Math.pow(10, -2 * i);
        }
        SpectralNorm norm =
                new DenseOperator(Matrices.withSpectrum(sigmas)).solve(Method.KRYLOV, DenseOperator.goal(1e-3), 1);
        assertThat(norm.sigma().certificate()).isEqualTo(Certificate.ENERGY);
        assertThat(norm.sigma().failureProbability()).isZero();
        assertThat(norm.sigma().lower().value()).isLessThanOrEqualTo(1);
        assertThat(norm.sigma().upper().orElseThrow().value()).isGreaterThanOrEqualTo(1);
    }

    @ParameterizedTest(name = "rank {0}")
    @ValueSource(ints = {1, 2, 7, 8, 9, 16, 20})
    void lowRankEndsInAnInvariantSpaceAndIsRight(int rank) {
        for (long seed = 0; seed < 20; seed++) {
            Matrix left = Matrices.gaussian(90, rank, seed);
            Matrix right = Matrices.gaussian(rank, 60, seed + 1000);
            DenseOperator operator = new DenseOperator(SmallBlocks.times(left, right));
            double sigma = operator.singularValues()[0];
            for (Method method : new Method[] {Method.GRAM, Method.KRYLOV}) {
                SpectralNorm norm = operator.solve(method, DenseOperator.goal(1e-6), seed);
                assertThat(norm.stop()).as("seed %d, %s", seed, method).isEqualTo(Stop.CERTIFIED);
                assertThat(norm.sigma().estimate()).isCloseTo(sigma, within(1e-9 * sigma));
                assertThat(norm.sigma().lower().value()).isLessThanOrEqualTo(sigma * (1 + 1e-14));
                assertThat(norm.sigma().upper().orElseThrow().value()).isGreaterThanOrEqualTo(sigma * (1 - 1e-14));
            }
        }
    }

    @ParameterizedTest(name = "top {0}")
    @ValueSource(ints = {3, 8, 12, 30, 31, 120})
    void equalSingularValuesAreCountedAsOftenAsTheyOccur(int top) {
        DenseOperator operator = new DenseOperator(Matrices.reflection(120));
        Goal goal = new Goal(1e-3, 1e-12, NormAlgorithms.blockSize(top), 400, top);
        double[] ones = new double[top];
        Arrays.fill(ones, 1);
        assertThat(operator.solve(Method.GRAM, goal, 1).singularValues()).containsExactly(ones, within(1e-12));
        if (top <= 30) {
            assertThat(operator.solve(Method.KRYLOV, goal, 1).singularValues()).containsExactly(ones, within(1e-12));
        }
    }

    @Test
    void moreValuesThanTheRankAreFilledWithZeros() {
        DenseOperator operator = new DenseOperator(Matrices.filled(50, 40, (i, j) -> i * j));
        for (Method method : new Method[] {Method.GRAM, Method.KRYLOV}) {
            Goal goal = new Goal(1e-3, 1e-12, 8, 400, 3);
            double[] values = operator.solve(method, goal, 1).singularValues();
            assertThat(values).hasSize(3);
            assertThat(values[1] / values[0]).isLessThan(1e-7);
        }
    }

    @Test
    void blocksTooWideForTheMatrixAreRefused() {
        NormProblem problem = new DenseOperator(Matrix.identity(31)).problem(DenseOperator.goal(1e-3), 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KrylovNorm(problem))
                .withMessageContaining("31");
        assertThat(NormAlgorithms.cheapest(1_000_000, 31, 8, 1e-3)).isEqualTo(Method.GRAM);
    }

    @Test
    void theCostModelTakesGramForTheNarrowAndKrylovForTheSquare() {
        assertThat(NormAlgorithms.cheapest(1_000_000_000, 128, 8, 1e-3)).isEqualTo(Method.GRAM);
        assertThat(NormAlgorithms.cheapest(16_384, 16_384, 8, 1e-3)).isEqualTo(Method.KRYLOV);
        assertThat(NormAlgorithms.expectedPasses(1e-6)).isGreaterThan(NormAlgorithms.expectedPasses(1e-2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NormAlgorithms.create(
                        Method.DIRECT, new DenseOperator(Matrix.identity(2)).problem(DenseOperator.goal(0.1), 0)));
    }
}
