package org.normscope.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.normscope.bound.Certificate;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.NormProblem.Goal;
import org.normscope.spectral.SpectralNorm.Stop;

class WarmStartTest {
    private static final RandomStart RANDOM = new RandomStart(3, "test", 0);

    private static SpectralNorm from(DenseOperator operator, Method method, Goal goal, Matrix given) {
        NormProblem cold = operator.problem(goal, 3);
        NormProblem warm = new NormProblem(cold.m(), cold.longDepth(), false, goal, StartBlock.from(RANDOM, given));
        return operator.solve(NormAlgorithms.create(method, warm));
    }

    private static SpectralNorm krylov(DenseOperator operator, double tolerance, Matrix given) {
        return from(operator, Method.KRYLOV, DenseOperator.goal(tolerance), given);
    }

    private static void contains(SpectralNorm norm, double sigma) {
        assertThat(norm.sigma().lower().value()).isLessThanOrEqualTo(sigma * (1 + 1e-14));
        assertThat(norm.sigma().upper().orElseThrow().value()).isGreaterThanOrEqualTo(sigma * (1 - 1e-14));
    }

    /** A slowly falling spectrum on coordinate axes: the leading vector is known, and found late from a random start. */
    private static DenseOperator slow(int m) {
        double[] sigmas = new double[m];
        for (int i = 0; i < m; i++) {
            sigmas[i] = 1 - 0.5 * i / m;
        }
        return new DenseOperator(Matrices.diagonal(sigmas));
    }

    private static Matrix axis(int m, int index) {
        Matrix axis = Matrix.zeros(m, 1);
        axis.set(index, 0, -5e200);
        return axis;
    }

    @Test
    void theLeadingVectorKeepsTheIntervalTrue() {
        DenseOperator operator = slow(200);
        SpectralNorm cold = operator.solve(Method.KRYLOV, DenseOperator.goal(1e-6), 3);
        SpectralNorm warm = krylov(operator, 1e-6, axis(200, 0));
        contains(warm, 1);
        assertThat(warm.stop()).isEqualTo(Stop.CERTIFIED);
        assertThat(warm.sigma().certificate()).isEqualTo(Certificate.PROBABILISTIC);
        assertThat(warm.passes()).isLessThanOrEqualTo(cold.passes() + 8);
    }

    @Test
    void fewDominantDirectionsThatAreGivenSaveReadings() {
        double[] sigmas = new double[160];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = i < 8 ? 1 - 1e-3 * i : 1e-5;
        }
        DenseOperator operator = new DenseOperator(Matrices.diagonal(sigmas));
        Matrix given = Matrix.zeros(160, 8);
        for (int i = 0; i < 8; i++) {
            given.set(i, i, 1);
        }
        SpectralNorm cold = operator.solve(Method.KRYLOV, DenseOperator.goal(1e-4), 3);
        SpectralNorm warm = krylov(operator, 1e-4, given);
        contains(warm, 1);
        assertThat(warm.passes()).isLessThan(cold.passes());
    }

    @Test
    void powerIterationFromTheLeadingVectorTakesOnePass() {
        Goal goal = new Goal(1e-6, 1e-12, 1, 2000, 1);
        SpectralNorm cold = slow(60).solve(Method.POWER, goal, 3);
        SpectralNorm warm = from(slow(60), Method.POWER, goal, axis(60, 0));
        assertThat(warm.passes()).isEqualTo(1);
        assertThat(warm.sigma().estimate()).isEqualTo(1);
        assertThat(cold.passes()).isGreaterThan(10);
    }

    @Test
    void powerIterationIsTheOneWrittenByHand() {
        DenseOperator operator = new DenseOperator(Matrices.gaussian(70, 50, 4));
        Matrix x = Matrices.gaussian(50, 1, 9);
        SpectralNorm norm = from(operator, Method.POWER, new Goal(1e-8, 1e-12, 1, 20, 1), x);
        double best = 0;
        for (int pass = 0; pass < 20; pass++) {
            double length = SmallBlocks.frobenius(x);
            for (int i = 0; i < 50; i++) {
                x.set(i, 0, x.get(i, 0) / length);
            }
            Answer.Product product = operator.multiply(x);
            best = Math.max(best, Math.sqrt(product.squaredNorms()[0]));
            x = product.y();
        }
        assertThat(norm.passes()).isEqualTo(20);
        assertThat(norm.sigma().estimate()).isCloseTo(best, within(1e-12 * best));
    }

    @Test
    void aWrongStartStillEndsCertified() {
        DenseOperator operator = slow(200);
        for (int k = 1; k <= 4; k++) {
            Matrix given = Matrix.zeros(200, k);
            for (int j = 0; j < k; j++) {
                given.set(199, j, 1 + j);
            }
            SpectralNorm norm = krylov(operator, 1e-3, given);
            contains(norm, 1);
            assertThat(norm.stop()).as("%d equal vectors", k).isEqualTo(Stop.CERTIFIED);
            assertThat(norm.sigma().relativeWidth()).isLessThanOrEqualTo(1e-3);
        }
    }

    @Test
    void givenVectorsAloneNeverClaimAProbability() {
        DenseOperator operator = slow(64);
        Matrix given = Matrix.zeros(64, 8);
        for (int j = 0; j < 8; j++) {
            given.set(56 + j, j, 1);
        }
        SpectralNorm norm = krylov(operator, 1e-3, given);
        contains(norm, 1);
        assertThat(norm.sigma().certificate()).isEqualTo(Certificate.ENERGY);
        assertThat(norm.stop()).isEqualTo(Stop.RESIDUAL);
    }

    @Test
    void givenVectorsThatTheMatrixMapsToZeroLeaveTheFrobeniusNorm() {
        double[] sigmas = new double[64];
        sigmas[0] = 3;
        Matrix given = Matrix.zeros(64, 8);
        for (int j = 0; j < 8; j++) {
            given.set(56 + j, j, 1);
        }
        SpectralNorm norm = krylov(new DenseOperator(Matrices.diagonal(sigmas)), 1e-3, given);
        contains(norm, 3);
        assertThat(norm.sigma().lower().value()).isZero();
    }

    @Test
    void refusesVectorsThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StartBlock.from(RANDOM, Matrix.zeros(40, 1)))
                .withMessageContaining("start vector 0 is zero or not finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StartBlock.from(RANDOM, new Matrix(1, 1, new double[] {Double.NaN})));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> krylov(slow(40), 1e-3, Matrices.gaussian(40, 9, 1)))
                .withMessageContaining("9 start vectors of 40 entries; at most 8 of 40 are taken");
    }
}
