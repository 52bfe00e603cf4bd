package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.KernelUse;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.Geometry;
import org.normscope.convolution.Kernel;
import org.normscope.convolution.OperatorNorms;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;
import org.normscope.weights.RowAxis;

/** Convolutions whose strides, dilations and groups are known. */
class UsedKernelsTest {
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

    private static Interval truth(double[] values, Geometry geometry, Integer... shape) {
        return OperatorNorms.of(new Kernel(List.of(shape), values), geometry, 1e-8, Evaluator.SEQUENTIAL)
                .interval();
    }

    private static Geometry geometry(SplittableRandom random, int groups) {
        List<Integer> stride = List.of(1 + random.nextInt(4), 1 + random.nextInt(4));
        List<Integer> dilation = List.of(1 + random.nextInt(3), 1 + random.nextInt(3));
        return new Geometry(stride, dilation, groups, random.nextBoolean());
    }

    /** Searched where memory allows, else bounded by the reshaped norm. */
    @RepeatedTest(8)
    void theNormIsThatOfTheGeometry() throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        int groups = 1 + random.nextInt(3);
        Integer[] shape = {2 * groups, 1 + random.nextInt(5), 1 + random.nextInt(4), 1 + random.nextInt(4)};
        byte[] bytes = WrittenCheckpoint.random(DType.F32, shape[0] * shape[1] * shape[2] * shape[3], random.split());
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("some.kernel", DType.F32, Shape.of(shape[0], shape[1], shape[2], shape[3]), bytes);
        KernelUse use = new KernelUse(geometry(random, groups), List.of("padding_mode zeros"));
        Interval truth = truth(WrittenCheckpoint.decoded(DType.F32, bytes), use.geometry(), shape);
        for (AuditSettings settings : List.of(SETTINGS, SETTINGS.withBlockBytes(4096))) {
            AuditReport report = LocalAudit.of(checkpoint).run(settings, Map.of("some.kernel", use));
            OperatorBound found = operator(LocalAudit.only(report));
            String where = "seed " + seed + ": " + List.of(shape) + " " + use.geometry() + " " + found;
            assertThat(found.interval().lower().value()).as(where).isLessThanOrEqualTo(upper(truth));
            assertThat(upper(found.interval()))
                    .as(where)
                    .isGreaterThanOrEqualTo(truth.lower().value());
            assertThat(found.geometry()).isEqualTo(use.geometry());
            assertThat(found.assumed()).containsExactly("padding_mode zeros");
            boolean isExact = settings == SETTINGS || found.evaluations() > 0;
            assertThat(found.interval().relativeWidth()).as(where).isLessThan(isExact ? 1.01e-3 : 1e3);
        }
    }

    @Test
    void patchesThatDontOverlapHaveTheNormOfTheMatrix() throws Exception {
        byte[] bytes = WrittenCheckpoint.random(DType.F32, 40 * 3 * 16, new SplittableRandom(3));
        WrittenCheckpoint checkpoint =
                new WrittenCheckpoint().with("patch.weight", DType.F32, Shape.of(40, 3, 4, 4), bytes);
        Geometry geometry = new Geometry(List.of(4, 5), List.of(1, 1), 1, false);
        KernelUse use = new KernelUse(geometry, List.of());
        WeightRow row = LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS, Map.of("patch.weight", use)));
        assertThat(operator(row).interval()).isEqualTo(LocalAudit.norm(row).sigma());
        assertThat(operator(row).evaluations()).isZero();
    }

    @Test
    void outputsOfATransposedConvolutionAreTheRows() throws Exception {
        WrittenCheckpoint checkpoint =
                new WrittenCheckpoint().with("up.weight", DType.F32, Shape.of(2, 2, 2), 1, 0, 0, 3, 2, 0, 0, 0);
        Geometry geometry = new Geometry(List.of(2), List.of(1), 1, true);
        Map<String, KernelUse> uses = Map.of("up.weight", new KernelUse(geometry, List.of()));
        WeightRow row = LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS, uses));
        assertThat(row.dim()).isEqualTo(1);
        assertThat(row.weight().recipe().rowAxis()).isEqualTo(RowAxis.OUT);
        // Output 0 has taps (1, 0) of input 0 and (2, 0) of input 1; output 1 has (0, 3) of input 0.
        assertThat(LocalAudit.norm(row).sigma().estimate()).isCloseTo(3, within(1e-6));
        assertThat(operator(row).interval().estimate()).isCloseTo(Math.sqrt(7 + Math.sqrt(13)), within(1e-2));
        WeightRow plain = LocalAudit.only(LocalAudit.of(checkpoint).run(SETTINGS));
        assertThat(plain.dim()).isZero();
        assertThat(LocalAudit.norm(plain).sigma().estimate()).isCloseTo(Math.sqrt(7 + Math.sqrt(13)), within(1e-6));
    }

    /** Two channels either way, and u and v that fit both: the dimension with the larger quotient becomes the rows, the kernel stays as stored. */
    @Test
    void aSquareTransposedConvolutionUnderSpectralNormIsSearchedAsItIsStored() throws Exception {
        double[] values = {1, 0, 0, 0.5, 3, 2, 0, 0.25};
        double[] u = {1, 0};
        double[] v = {0, 0, 0.6, 0.8};
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("up.weight_orig", DType.F64, Shape.of(2, 2, 2), values)
                .with("up.weight_u", DType.F64, Shape.of(2), u)
                .with("up.weight_v", DType.F64, Shape.of(4), v);
        double[] effective = values.clone();
        for (int i = 0; i < effective.length; i++) {
            effective[i] /= 3 * 0.6 + 2 * 0.8;
        }
        Geometry geometry = new Geometry(List.of(2), List.of(1), 1, true);
        Interval truth = truth(effective, geometry, 2, 2, 2);
        WeightRow row = LocalAudit.weight(
                LocalAudit.of(checkpoint).run(SETTINGS, Map.of("up.weight", new KernelUse(geometry, List.of()))),
                "up.weight");
        assertThat(LocalAudit.norm(row).sigmaUsed()).isNotNull();
        Interval found = operator(row).interval();
        assertThat(found.lower().value()).isLessThanOrEqualTo(upper(truth));
        assertThat(upper(found)).isBetween(truth.lower().value(), 1.01 * upper(truth));
    }

    /** torch keeps u and v of a transposed convolution for its second dimension, which becomes the rows. */
    @Test
    void aTransposedConvolutionUnderSpectralNormIsSearchedAsItIsStored() throws Exception {
        double[] values = new double[2 * 3 * 4];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        double[] u = {0.6, 0.8, 0};
        double[] v = {0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0};
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("up.weight_orig", DType.F64, Shape.of(2, 3, 4), values)
                .with("up.weight_u", DType.F64, Shape.of(3), u)
                .with("up.weight_v", DType.F64, Shape.of(8), v);
        double divisor = 0;
        for (int row = 0; row < 3; row++) {
            for (int tap = 0; tap < 4; tap++) {
                divisor += u[row] * 0.5 * values[row * 4 + tap];
            }
        }
        double[] effective = values.clone();
        for (int i = 0; i < effective.length; i++) {
            effective[i] /= divisor;
        }
        Geometry geometry = new Geometry(List.of(2), List.of(1), 1, true);
        Interval truth = truth(effective, geometry, 2, 3, 4);
        KernelUse use = new KernelUse(geometry, List.of());
        for (AuditSettings settings : List.of(SETTINGS, SETTINGS.withBlockBytes(4096))) {
            WeightRow row =
                    LocalAudit.weight(LocalAudit.of(checkpoint).run(settings, Map.of("up.weight", use)), "up.weight");
            assertThat(row.weight().dim()).isEqualTo(1);
            Interval found = operator(row).interval();
            assertThat(found.lower().value()).isLessThanOrEqualTo(upper(truth));
            assertThat(upper(found)).isGreaterThanOrEqualTo(truth.lower().value());
            assertThat(found.relativeWidth()).isLessThan(settings == SETTINGS ? 1.01e-3 : 10);
        }
    }
}
