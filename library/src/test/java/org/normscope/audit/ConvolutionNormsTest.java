package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.KernelPlan;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.Geometry;
import org.normscope.convolution.Kernel;
import org.normscope.convolution.OperatorNorms;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.Suite;
import org.normscope.testing.WrittenCheckpoint;

/** Convolutions of a checkpoint get their norm as operators. */
class ConvolutionNormsTest {
    private static final AuditSettings SETTINGS = LocalAudit.by(MethodChoice.AUTO, 1e-3);

    private static OperatorBound operator(WeightRow row) {
        OperatorBound operator = LocalAudit.norm(row).operator();
        if (operator == null) {
            throw new AssertionError(row.weight().name() + " has no norm as an operator");
        }
        return operator;
    }

    private static double upper(Interval interval) {
        return interval.upper().map(UpperBound::value).orElseThrow();
    }

    private static Interval truth(double[] values, Integer... shape) {
        Kernel kernel = new Kernel(List.of(shape), values);
        return OperatorNorms.of(kernel, Geometry.unknown(shape.length - 2), 1e-8, Evaluator.SEQUENTIAL)
                .interval();
    }

    private static void assertMeets(Interval found, Interval truth) {
        assertThat(found.lower().value()).isLessThanOrEqualTo(upper(truth));
        assertThat(upper(found)).isGreaterThanOrEqualTo(truth.lower().value());
    }

    @ParameterizedTest(name = "{0} {1} x {2} x {3} x {4}")
    @CsvSource({"F32, 6, 2, 3, 3", "BF16, 2, 40, 3, 2", "F64, 1, 1, 3, 3", "F16, 1, 5, 2, 2", "F8_E4M3, 30, 1, 1, 3"})
    void tallAndWideKernelsOfEveryTypeAreSearched(DType dtype, int rows, int channels, int down, int across)
            throws Exception {
        long seed = new SplittableRandom().nextLong();
        byte[] bytes = WrittenCheckpoint.random(dtype, rows * channels * down * across, new SplittableRandom(seed));
        WrittenCheckpoint checkpoint =
                new WrittenCheckpoint().with("conv.weight", dtype, Shape.of(rows, channels, down, across), bytes);
        OperatorBound found = operator(LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS)));
        Interval truth = truth(WrittenCheckpoint.decoded(dtype, bytes), rows, channels, down, across);
        assertMeets(found.interval(), truth);
        assertThat(found.interval().relativeWidth()).as("seed %d", seed).isLessThanOrEqualTo(1.001e-3);
        assertThat(found.interval().certificate()).isEqualTo(Certificate.RIGOROUS);
        assertThat(found.evaluations()).isPositive();
        assertThat(found.assumed()).contains("stride 1", "dilation 1", "groups 1");
    }

    @Test
    void memoryAndThreadsChangeNothing() throws Exception {
        WrittenCheckpoint checkpoint = new WrittenCheckpoint();
        for (int i = 0; i < 6; i++) {
            byte[] bytes = WrittenCheckpoint.random(DType.F32, 12 * 8 * 9, new SplittableRandom(i));
            checkpoint.with("conv" + i + ".weight", DType.F32, Shape.of(12, 8, 3, 3), bytes);
        }
        LocalAudit audit = LocalAudit.of(checkpoint);
        AuditReport expected = audit.withThreads(1).run(SETTINGS);
        assertThat(audit.withThreads(3).run(SETTINGS).weights()).isEqualTo(expected.weights());
        assertThat(audit.withHeap(2L << 20).run(SETTINGS).weights()).isEqualTo(expected.weights());
    }

    @Test
    void oneTapIsTheMatrixItself() throws Exception {
        byte[] bytes = WrittenCheckpoint.random(DType.F32, 50 * 40, new SplittableRandom(3));
        WrittenCheckpoint checkpoint =
                new WrittenCheckpoint().with("conv.weight", DType.F32, Shape.of(50, 40, 1, 1), bytes);
        WeightRow row = LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS));
        assertThat(operator(row).interval()).isEqualTo(LocalAudit.norm(row).sigma());
        assertThat(operator(row).evaluations()).isZero();
    }

    @Test
    void whatIsNoConvolutionHasNoOperator() throws Exception {
        double[] ones = new double[24];
        Arrays.fill(ones, 1);
        double[] poisoned = ones.clone();
        poisoned[5] = Double.NaN;
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("fc.weight", DType.F32, Shape.of(4, 6), ones)
                .with("cls_token", DType.F32, Shape.of(1, 4, 6), ones)
                .with("layers.0.experts.w1", DType.F32, Shape.of(2, 3, 4), ones)
                .with("conv.weight", DType.F32, Shape.of(2, 3, 4), poisoned);
        AuditReport report = LocalAudit.of(checkpoint).run(SETTINGS);
        assertThat(report.weights()).hasSize(5);
        assertThat(report.weights())
                .allMatch(row -> row.norm() == null || row.norm().operator() == null);
    }

    @Test
    void aKernelThatIsCutOrTooLargeIsBoundedByItsReshapedNorm() throws Exception {
        byte[] bytes = WrittenCheckpoint.random(DType.F32, 20 * 10 * 9, new SplittableRandom(4));
        WrittenCheckpoint checkpoint =
                new WrittenCheckpoint().with("conv.weight", DType.F32, Shape.of(20, 10, 3, 3), bytes);
        Interval truth = truth(WrittenCheckpoint.decoded(DType.F32, bytes), 20, 10, 3, 3);
        for (long blockBytes : new long[] {4096, 8192}) {
            WeightRow row = LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS.withBlockBytes(blockBytes)));
            OperatorBound found = operator(row);
            Interval sigma = LocalAudit.norm(row).sigma();
            assertMeets(found.interval(), truth);
            assertThat(found.evaluations()).isZero();
            assertThat(found.interval().lower()).isEqualTo(sigma.lower());
            assertThat(upper(found.interval()) / upper(sigma)).isBetween(3.0, 3.000001);
            assertThat(found.interval().failureProbability()).isEqualTo(sigma.failureProbability());
        }
        WeightRow power = LocalAudit.only(LocalAudit.of(checkpoint)
                .run(LocalAudit.by(MethodChoice.POWER, 1e-3).withBlockBytes(4096)));
        assertThat(operator(power).interval()).isEqualTo(LocalAudit.norm(power).sigma());
    }

    @Test
    void weightNormMakesTheKernelThatIsSearched() throws Exception {
        byte[] v = WrittenCheckpoint.random(DType.F32, 4 * 3 * 5, new SplittableRandom(5));
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("conv.weight_g", DType.F32, Shape.of(4, 1, 1), 3, -1, 0.5, 2)
                .with("conv.weight_v", DType.F32, Shape.of(4, 3, 5), v);
        double[] values = WrittenCheckpoint.decoded(DType.F32, v);
        double[] g = {3, -1, 0.5, 2};
        for (int row = 0; row < 4; row++) {
            double squares = 0;
            for (int i = 0; i < 15; i++) {
                squares += values[row * 15 + i] * values[row * 15 + i];
            }
            for (int i = 0; i < 15; i++) {
                values[row * 15 + i] *= g[row] / Math.sqrt(squares);
            }
        }
        OperatorBound found = operator(LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS)));
        assertMeets(found.interval(), truth(values, 4, 3, 5));
        assertThat(found.evaluations()).isPositive();
    }

    @Test
    void aNormThatMayOverflowIsLeftOutWithAReason() throws Exception {
        double[] values = new double[18];
        Arrays.fill(values, 3e307);
        WrittenCheckpoint checkpoint =
                new WrittenCheckpoint().with("conv.weight", DType.F64, Shape.of(2, 1, 3, 3), values);
        WeightRow row = LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS));
        assertThat(LocalAudit.norm(row).operator()).isNull();
        assertThat(row.reason()).isEqualTo("the norm as a convolution may exceed the largest double, 1.8e308");
    }

    @Test
    void theSearchIsPlannedWithItsMemory() throws Exception {
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("small.weight", DType.F32, Shape.of(64, 64, 3, 3), new byte[4 * 64 * 64 * 9])
                .with("point.weight", DType.F32, Shape.of(64, 64, 1, 1), new byte[4 * 64 * 64]);
        AuditPlan plan = LocalAudit.of(checkpoint).plan(SETTINGS);
        for (AuditTask task : plan.tasks()) {
            KernelPlan kernel = KernelPlan.of(task, SETTINGS).orElseThrow();
            boolean isSearched = task.tensor().name().startsWith("small");
            assertThat(kernel.way()).isEqualTo(isSearched ? KernelPlan.Way.SEARCHED : KernelPlan.Way.RESHAPED);
            assertThat(plan.searchMemory(task))
                    .isBetween(isSearched ? 64L * 64 * 9 * 16 : 0, isSearched ? 8L << 20 : 0);
            assertThat(plan.workMemory(task)).isGreaterThan(plan.searchMemory(task));
        }
    }

    @Test
    void everyConvolutionOfARealNetworkHasAnInterval() throws Exception {
        Suite.CORPUS.requireOrSkip();
        String file =
                Suite.corpusFolder().resolve("checkpoints/resnet20-12fca82f.th").toString();
        AuditReport report = LocalAudit.of(file).run(SETTINGS);
        int convolutions = 0;
        for (WeightRow row : report.weights()) {
            if (row.weight().shape().rank() == 4) {
                Interval sigma = LocalAudit.norm(row).sigma();
                Interval found = operator(row).interval();
                convolutions++;
                assertThat(found.relativeWidth()).as(row.weight().name()).isLessThanOrEqualTo(1.001e-3);
                assertThat(upper(found)).isBetween(sigma.lower().value(), 3.01 * upper(sigma));
            }
        }
        assertThat(convolutions).isEqualTo(19);
    }
}
