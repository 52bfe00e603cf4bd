package org.normscope.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Matrices.Known;

class CholeskyCertificateTest {
    static Stream<Known> closedForms() {
        return Matrices.closedForms();
    }

    @ParameterizedTest
    @MethodSource("closedForms")
    void provesNothingBelowTheTruth(Known known) {
        CholeskyCertificate certificate = certificate(DenseOperator.of(known.matrix()));
        double lambda = known.sigma() * known.sigma();
        for (double below : new double[] {0.5, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10}) {
            assertThat(certificate.upper(lambda * (1 - below), 0))
                    .as("a relative %g below", below)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("closedForms")
    void provesABoundJustAboveTheTruth(Known known) {
        CholeskyCertificate certificate = certificate(DenseOperator.of(known.matrix()));
        OptionalDouble upper = certificate.upper(known.sigma() * known.sigma(), 1e-9);
        assertThat(upper).isPresent();
        assertThat(upper.orElseThrow() / known.sigma() - 1).isBetween(0.0, 1.5e-9);
    }

    @ParameterizedTest(name = "order {0}")
    @ValueSource(ints = {1, 2, 3, 10, 40, 100})
    void whateverIsProvedHolds(int m) {
        for (long seed = 0; seed < 20; seed++) {
            DenseOperator operator = new DenseOperator(Matrices.gaussian(2 * m, m, seed));
            double sigma = operator.singularValues()[0];
            CholeskyCertificate certificate = certificate(operator);
            for (double offset = -1e-12; offset < 1e-12; offset += 1e-14) {
                OptionalDouble upper = certificate.upper(sigma * sigma * (1 + offset), 0);
                double proved = upper.orElse(Double.POSITIVE_INFINITY);
                assertThat(proved).as("seed %d, offset %g", seed, offset).isGreaterThanOrEqualTo(sigma * (1 - 2e-15));
            }
        }
    }

    @Test
    void theSwingOfRoundingIsPartOfTheBound() {
        DenseOperator operator = new DenseOperator(Matrix.identity(50));
        CholeskyCertificate certificate = certificate(operator);
        assertThat(certificate.gramError()).isGreaterThan(50 * Rounding.U * 50);
        assertThat(certificate.upper(1, 0)).isEmpty();
        assertThat(certificate.upper(1, 1e-12).orElseThrow())
                .isCloseTo(1, within(2e-12))
                .isGreaterThan(1);
    }

    @Test
    void onlyTheLowerTriangleCounts() {
        DenseOperator operator = new DenseOperator(Matrices.gaussian(20, 10, 3));
        Matrix gram = operator.gram().gram();
        double sigma = operator.singularValues()[0];
        OptionalDouble expected = certificate(operator).upper(sigma * sigma, 1e-6);
        for (int j = 1; j < 10; j++) {
            gram.set(0, j, Double.NaN);
        }
        NormProblem problem = operator.problem(DenseOperator.goal(1e-3), 0);
        assertThat(new CholeskyCertificate(problem, gram, operator.frobenius()).upper(sigma * sigma, 1e-6))
                .isEqualTo(expected);
        assertThat(expected).isPresent();
    }

    @Test
    void aGramMatrixThatNeedsManyRoundingsHasAWiderMargin() {
        DenseOperator operator = new DenseOperator(Matrices.gaussian(60, 40, 5));
        NormProblem.Goal goal = DenseOperator.goal(1e-3);
        RandomStart start = new RandomStart(0, "test", 0);
        NormProblem deep = new NormProblem(40, 1_000_000, false, goal, start);
        Answer.Gram gram = operator.gram();
        double error = new CholeskyCertificate(deep, gram.gram(), gram.frobenius()).gramError();
        assertThat(error / certificate(operator).gramError()).isCloseTo(1_000_001 / 61.0, within(1.0));
    }

    private static CholeskyCertificate certificate(DenseOperator operator) {
        Answer.Gram gram = operator.gram();
        return new CholeskyCertificate(operator.problem(DenseOperator.goal(1e-6), 0), gram.gram(), gram.frobenius());
    }
}
