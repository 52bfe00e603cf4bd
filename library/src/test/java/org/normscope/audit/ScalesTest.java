package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Method;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Numbers of every size, and matrices that are hardly any. */
class ScalesTest {
    private static WeightRow audit(DType dtype, Shape shape, double... values) throws Exception {
        return LocalAudit.only(LocalAudit.of(new WrittenCheckpoint().with("w", dtype, shape, values))
                .run(LocalAudit.SEEDED));
    }

    private static Interval sigma(DType dtype, Shape shape, double... values) throws Exception {
        return LocalAudit.norm(audit(dtype, shape, values)).sigma();
    }

    @ParameterizedTest
    @EnumSource(
            value = MethodChoice.class,
            names = {"GRAM", "KRYLOV"})
    void scalingByPowersOfTwoScalesEveryBit(MethodChoice method) throws Exception {
        int[] exponents = {-900, -500, -201, -200, -100, 0, 100, 200, 201, 500, 900, 1010};
        double[] values = new SplittableRandom(1).doubles(60 * 40, -1, 1).toArray();
        WrittenCheckpoint checkpoint = new WrittenCheckpoint();
        for (int exponent : exponents) {
            double[] scaled =
                    Arrays.stream(values).map(v -> Math.scalb(v, exponent)).toArray();
            checkpoint.with("w" + exponent, DType.F64, Shape.of(60, 40), scaled);
        }
        AuditReport report = LocalAudit.of(checkpoint).run(LocalAudit.by(method, 1e-3));
        double truth = Decompositions.singularValues(new Matrix(40, 60, values))[0];
        for (int exponent : exponents) {
            WeightRow row = LocalAudit.weight(report, "w" + exponent);
            Interval sigma = LocalAudit.norm(row).sigma();
            assertThat(Math.scalb(sigma.lower().value(), -exponent)).isLessThanOrEqualTo(truth * (1 + 1e-14));
            assertThat(Math.scalb(sigma.upper().orElseThrow().value(), -exponent))
                    .isGreaterThanOrEqualTo(truth * (1 - 1e-14));
            assertThat(sigma.relativeWidth()).isLessThanOrEqualTo(1e-3);
            assertThat(Math.scalb(LocalAudit.norm(row).singularValues().get(0), -exponent))
                    .isCloseTo(truth, within(1e-6 * truth));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-200, 1e-100, 1e-30, 1, 1e30, 1e100, 1e200, 1e300})
    void decimalScalesAreRight(double scale) throws Exception {
        for (int[] shape : new int[][] {{2, 2}, {5, 9}, {9, 5}, {40, 33}, {33, 40}}) {
            double[] values = new SplittableRandom(2)
                    .doubles((long) shape[0] * shape[1], -1, 1)
                    .toArray();
            double truth = Decompositions.singularValues(new Matrix(shape[1], shape[0], values))[0];
            double[] scaled = Arrays.stream(values).map(v -> v * scale).toArray();
            Interval sigma = sigma(DType.F64, Shape.of(shape[0], shape[1]), scaled);
            assertThat(sigma.lower().value() / scale).isLessThanOrEqualTo(truth * (1 + 1e-14));
            assertThat(sigma.upper().orElseThrow().value() / scale).isGreaterThanOrEqualTo(truth * (1 - 1e-14));
            assertThat(sigma.relativeWidth()).isLessThanOrEqualTo(1e-3);
        }
    }

    @Test
    void hugeAndTinyEntriesSideBySideAreTheHugeOnes() throws Exception {
        Interval sigma = sigma(DType.F64, Shape.of(2, 2), 1e300, 1e-300, 0, 1e-300);
        assertThat(sigma.estimate()).isCloseTo(1e300, within(1e292));
        assertThat(sigma.lower().value()).isLessThanOrEqualTo(1e300);
        assertThat(sigma.upper().orElseThrow().value()).isGreaterThanOrEqualTo(1e300);
    }

    @Test
    void aNormBeyondTheLargestDoubleIsSkippedWithThatReason() throws Exception {
        double max = Double.MAX_VALUE;
        for (WeightRow row : new WeightRow[] {
            audit(DType.F64, Shape.of(2, 2), max, max, max, max),
            audit(DType.F64, Shape.of(1, 2), max, max),
            audit(DType.F64, Shape.of(2, 1), max, max),
            audit(DType.F64, Shape.of(2, 2), max, 0, 0, max)
        }) {
            assertThat(row.status()).isEqualTo(Status.SKIPPED);
            assertThat(row.reason())
                    .isEqualTo("its spectral or its Frobenius norm exceeds the largest double, 1.8e308");
        }
        assertThat(sigma(DType.F64, Shape.of(1, 1), -max).estimate()).isEqualTo(max);
    }

    /** Every entry of the weight lies half way between two subnormal numbers, so that all roundings go the same way. */
    @ParameterizedTest
    @CsvSource({"1, 900", "900, 1", "30, 30", "90, 10"})
    void weightsWhoseEntriesAreRoundedToSubnormalNumbersAreInTheInterval(int rows, int cols) throws Exception {
        double[] directions = new double[900];
        Arrays.fill(directions, 0x1p-60);
        double g = 3015 * Double.MIN_VALUE;
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("weight_g", DType.F64, Shape.of(), g)
                .with("weight_v", DType.F64, Shape.of(rows, cols), directions);
        Interval sigma = LocalAudit.norm(
                        LocalAudit.weight(LocalAudit.of(checkpoint).run(LocalAudit.SEEDED), "weight"))
                .sigma();
        assertThat(sigma.lower().value()).isLessThanOrEqualTo(g);
        assertThat(sigma.upper().orElseThrow().value()).isGreaterThanOrEqualTo(g);
    }

    @Test
    void subnormalMatricesAreRight() throws Exception {
        double tiny = Double.MIN_VALUE;
        Interval ones = sigma(DType.F64, Shape.of(2, 2), tiny, tiny, tiny, tiny);
        assertThat(ones.lower().value()).isLessThanOrEqualTo(2 * tiny).isGreaterThan(0);
        assertThat(ones.upper().orElseThrow().value()).isBetween(2 * tiny, 3 * tiny);
        Interval diagonal = sigma(DType.F64, Shape.of(2, 2), 1e-310, 0, 0, 3e-311);
        assertThat(diagonal.lower().value()).isLessThanOrEqualTo(1e-310);
        assertThat(diagonal.upper().orElseThrow().value()).isGreaterThanOrEqualTo(1e-310);
        assertThat(diagonal.estimate()).isCloseTo(1e-310, within(1e-315));
        Interval floats = sigma(DType.F32, Shape.of(2, 2), 3 * (double) Float.MIN_VALUE, 0, 0, Float.MIN_VALUE);
        assertThat(floats.estimate()).isCloseTo(3 * (double) Float.MIN_VALUE, within(1e-52));
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"1,1", "1,7", "7,1", "4,4", "40,50", "50,40"})
    void zeroMatricesAreExactlyZero(int rows, int cols) throws Exception {
        WeightRow row = audit(DType.F32, Shape.of(rows, cols), new double[rows * cols]);
        assertThat(LocalAudit.norm(row).sigma()).isEqualTo(Interval.around(0, 0, 0, Certificate.EXACT, 0));
        assertThat(LocalAudit.norm(row).method()).isEqualTo(Method.DIRECT);
        assertThat(row.stableRank()).isNull();
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"0,0", "0,5", "5,0", "0,1", "1,0"})
    void emptyMatricesAreZeroAndSaySo(int rows, int cols) throws Exception {
        WeightRow row = audit(DType.BF16, Shape.of(rows, cols));
        assertThat(LocalAudit.norm(row).sigma()).isEqualTo(Interval.around(0, 0, 0, Certificate.EXACT, 0));
        assertThat(row.reason()).contains("no entries");
        assertThat(row.status()).isEqualTo(Status.ANALYZED);
    }

    @Test
    void aSingleRowOrColumnHasItsEuclideanNorm() throws Exception {
        for (Shape shape : new Shape[] {Shape.of(1, 2), Shape.of(2, 1), Shape.of(1, 2, 1), Shape.of(2, 1, 1)}) {
            for (double scale : new double[] {1e-300, 1, 1e300}) {
                Interval sigma = sigma(DType.F64, shape, 3 * scale, -4 * scale);
                assertThat(sigma.certificate()).isEqualTo(Certificate.EXACT);
                assertThat(sigma.estimate()).isCloseTo(5 * scale, within(1e-15 * 5 * scale));
                assertThat(sigma.relativeWidth()).isLessThan(1e-14);
            }
        }
        assertThat(sigma(DType.F64, Shape.of(1, 1), -0.1))
                .isEqualTo(Interval.around(0.1, 0.1, 0.1, Certificate.EXACT, 0));
    }

    @Test
    void rankOneMatricesHaveTheProductOfTheirVectorsNorms() throws Exception {
        double[] values = new double[50 * 70];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i / 70 + 1) * (i % 70 - 30.0);
        }
        double rows = Math.sqrt(50 * 51 * 101 / 6.0);
        double cols = Math.sqrt(30 * 31 * 61 / 6.0 + 39 * 40 * 79 / 6.0);
        WeightRow row = audit(DType.F32, Shape.of(50, 70), values);
        Interval sigma = LocalAudit.norm(row).sigma();
        assertThat(sigma.estimate()).isCloseTo(rows * cols, within(1e-9 * rows * cols));
        assertThat(sigma.upper().orElseThrow().value()).isGreaterThanOrEqualTo(rows * cols * (1 - 1e-15));
        assertThat(row.stableRank()).isCloseTo(1.0, within(1e-9));
    }
}
