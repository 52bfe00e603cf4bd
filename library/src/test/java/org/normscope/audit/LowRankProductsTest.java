package org.normscope.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.result.SingularVectors;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Products of low-rank factors: their range, and what is told beside the norm. */
class LowRankProductsTest {
    private static WrittenCheckpoint pair(double a, double b) {
        return new WrittenCheckpoint()
                .with("c.lora_A.weight", DType.F64, Shape.of(2, 3), 3 * a, 0, 0, 0, a, 0)
                .with("c.lora_B.weight", DType.F64, Shape.of(2, 2), 0, b, 4 * b, 0);
    }

    private static WeightRow product(WrittenCheckpoint model) throws Exception {
        return LocalAudit.weight(LocalAudit.of(model).run(LocalAudit.SEEDED), "c");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1e-200, 1e200", "1e300, 1e-300", "1e-310, 1e305", "1e-160, 1e-140", "1e150, 1e150"})
    void theProductOfAnyFactorsIsTheProduct(double a, double b) throws Exception {
        WeightRow row = product(pair(a, b));
        double sigma = 12 * a * b;
        Interval found = LocalAudit.norm(row).sigma();
        assertThat(found.estimate()).isCloseTo(sigma, within(1e-12 * sigma));
        assertThat(found.lower().value()).isLessThanOrEqualTo(sigma);
        assertThat(found.upper().orElseThrow().value()).isGreaterThanOrEqualTo(sigma);
        assertThat(requireNonNull(row.statistics()).rowNorm().min()).isCloseTo(a * b, within(1e-12 * a * b));
        assertThat(requireNonNull(row.statistics()).frobenius())
                .isCloseTo(Math.sqrt(145) * a * b, within(1e-12 * sigma));
    }

    @Test
    void aProductBelowTheSmallestNumberIsNotSaidToBeZero() throws Exception {
        Interval found = LocalAudit.norm(product(pair(1e-200, 1e-200))).sigma();
        assertThat(found.lower().value()).isZero();
        assertThat(found.upper().orElseThrow().value()).isPositive();
    }

    @Test
    void aProductBeyondTheLargestNumberSaysSo() throws Exception {
        WeightRow row = product(pair(1e200, 1e200));
        assertThat(row.status()).isEqualTo(Status.SKIPPED);
        assertThat(row.reason()).contains("exceeds the largest double");
    }

    @Test
    void aProductHasVectors() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        byte[] a = WrittenCheckpoint.random(DType.F64, 5 * 40, random);
        byte[] b = WrittenCheckpoint.random(DType.F64, 30 * 5, random);
        WrittenCheckpoint model = new WrittenCheckpoint()
                .with("c.lora_A.weight", DType.F64, Shape.of(5, 40), a)
                .with("c.lora_B.weight", DType.F64, Shape.of(30, 5), b);
        SingularVectors found =
                requireNonNull(LocalAudit.of(model).vectors(LocalAudit.SEEDED).get("c"));
        double sigma = LocalAudit.norm(product(model)).sigma().estimate();
        double[] wv = times(
                WrittenCheckpoint.decoded(DType.F64, b),
                times(WrittenCheckpoint.decoded(DType.F64, a), found.v(), 5),
                30);
        for (int i = 0; i < 30; i++) {
            assertThat(wv[i]).isCloseTo(sigma * found.u()[i], within(1e-3 * sigma));
        }
    }

    private static double[] times(double[] matrix, double[] x, int rows) {
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < x.length; j++) {
                y[i] += matrix[i * x.length + j] * x[j];
            }
        }
        return y;
    }
}
