package org.normscope.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.SingularVectors;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;
import org.normscope.weightnorm.MatrixStatistics;

/** Matrices whose lines are longer than a block, against the same matrices whole. */
class CutLinesTest {
    private static final int BLOCK = 4096;

    private static AuditSettings settings(MethodChoice method, long blockBytes) {
        Precision precision = new Precision(1e-6, 1e-12, Precision.Certify.PROBABILISTIC, method, null);
        AuditSettings seeded = LocalAudit.SEEDED.with(precision);
        return new AuditSettings(precision, seeded.selection(), blockBytes, 2, seeded.seed());
    }

    private static LocalAudit random(DType dtype, int rows, int cols) {
        SplittableRandom random = new SplittableRandom(31L * rows + cols);
        byte[] bytes = WrittenCheckpoint.random(dtype, rows * cols, random);
        return LocalAudit.of(new WrittenCheckpoint().with("w", dtype, Shape.of(rows, cols), bytes));
    }

    @ParameterizedTest
    @CsvSource({"F32, 1100, 1500", "F32, 1500, 1100", "BF16, 2100, 2100", "F64, 530, 900", "F64, 900, 530"})
    void normAndStatisticsAreThoseOfTheWholeMatrix(DType dtype, int rows, int cols) throws Exception {
        LocalAudit audit = random(dtype, rows, cols);
        assertThat(isCut(audit)).isTrue();
        agree(audit);
    }

    private static boolean isCut(LocalAudit audit) throws Exception {
        AuditPlan plan = audit.plan(settings(MethodChoice.KRYLOV, BLOCK));
        return plan.isCutAcross(plan.tasks().get(0));
    }

    private static void agree(LocalAudit audit) throws Exception {
        WeightRow whole = LocalAudit.only(audit.run(settings(MethodChoice.KRYLOV, 1L << 30)));
        WeightRow cut = LocalAudit.only(audit.run(settings(MethodChoice.KRYLOV, BLOCK)));
        Interval expected = LocalAudit.norm(whole).sigma();
        Interval sigma = LocalAudit.norm(cut).sigma();
        assertThat(sigma.estimate()).isCloseTo(expected.estimate(), within(1e-12 * expected.estimate()));
        assertThat(sigma.lower().value()).isLessThanOrEqualTo(expected.estimate());
        assertThat(sigma.upper().orElseThrow().value())
                .isGreaterThanOrEqualTo(expected.lower().value());
        agree(statistics(cut), statistics(whole));
    }

    private static void agree(MatrixStatistics actual, MatrixStatistics expected) {
        assertThat(actual.zeroRows()).isEqualTo(expected.zeroRows());
        assertThat(actual.maxAbs()).isEqualTo(expected.maxAbs());
        close(actual.frobenius(), expected.frobenius());
        close(actual.rowNorm().min(), expected.rowNorm().min());
        close(actual.rowNorm().max(), expected.rowNorm().max());
        close(actual.rowNorm().mean(), expected.rowNorm().mean());
    }

    private static void close(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, within(1e-14 * expected));
    }

    private static MatrixStatistics statistics(WeightRow row) {
        return requireNonNull(row.statistics());
    }

    @ParameterizedTest
    @CsvSource({"1e300, 540, 600", "1e-300, 540, 600", "1e300, 600, 540", "1e-300, 600, 540"})
    void rowsOfHugeAndTinyEntriesNeitherOverflowNorVanish(double scale, int rows, int cols) throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        double[] values = new double[rows * cols];
        for (int i = 0; i < values.length; i++) {
            values[i] = i / cols == 3 ? 0 : scale * random.nextDouble(-1, 1);
        }
        LocalAudit audit = LocalAudit.of(new WrittenCheckpoint().with("w", DType.F64, Shape.of(rows, cols), values));
        assertThat(isCut(audit)).isTrue();
        agree(audit);
        WeightRow cut = LocalAudit.only(audit.run(settings(MethodChoice.KRYLOV, BLOCK)));
        assertThat(statistics(cut).zeroRows()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1500, 1100", "1100, 1500"})
    void nanAndInfinityAreCountedOnce(int rows, int cols) throws Exception {
        double[] values = new double[rows * cols];
        Arrays.fill(values, 1);
        values[0] = Double.NaN;
        values[values.length / 2] = Double.NEGATIVE_INFINITY;
        values[values.length - 1] = Double.NaN;
        LocalAudit audit = LocalAudit.of(new WrittenCheckpoint().with("w", DType.F32, Shape.of(rows, cols), values));
        WeightRow row =
                audit.run(settings(MethodChoice.KRYLOV, BLOCK)).weights().get(0);
        assertThat(row.status()).isEqualTo(Status.SKIPPED);
        assertThat(row.reason()).isEqualTo("2 NaN and 1 infinite entries");
    }

    @ParameterizedTest
    @CsvSource({"KRYLOV", "POWER"})
    void threadsMemoryAndKernelChangeNothing(MethodChoice method) throws Exception {
        LocalAudit audit = random(DType.F32, 1300, 1100);
        AuditSettings settings = new AuditSettings(
                new Precision(1e-3, 1e-12, Precision.Certify.PROBABILISTIC, method, 12),
                settings(method, BLOCK).selection(),
                BLOCK,
                1,
                4L);
        AuditReport expected = audit.withThreads(1).run(settings);
        assertThat(audit.withThreads(3).run(settings).weights()).isEqualTo(expected.weights());
        assertThat(audit.withHeap(2L << 20).run(settings).weights()).isEqualTo(expected.weights());
        assertThat(audit.withKernels(Kernels.named("scalar")).run(settings).weights())
                .isEqualTo(expected.weights());
    }

    @Test
    void singularVectorsAreThoseOfTheWholeMatrix() throws Exception {
        LocalAudit audit = random(DType.F32, 1030, 1100);
        Map<String, SingularVectors> cut = audit.vectors(settings(MethodChoice.KRYLOV, BLOCK));
        Map<String, SingularVectors> whole = audit.vectors(settings(MethodChoice.KRYLOV, 1L << 30));
        double[] u = requireNonNull(cut.get("w")).u();
        double[] expected = requireNonNull(whole.get("w")).u();
        double product = 0;
        for (int i = 0; i < 1030; i++) {
            product += u[i] * expected[i];
        }
        assertThat(Math.abs(product)).isCloseTo(1, within(1e-6));
    }
}
