package org.normscope.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.normscope.convolution.Kernels.geometry;
import static org.normscope.convolution.Kernels.kernel;
import static org.normscope.convolution.Kernels.lower;
import static org.normscope.convolution.Kernels.norm;
import static org.normscope.convolution.Kernels.ramp;
import static org.normscope.convolution.Kernels.reshaped;
import static org.normscope.convolution.Kernels.upper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.testing.Suite;

/** Values from other implementations, and closed forms. */
class OracleTest {
    private static Kernel sines() {
        double[] values = new double[8 * 4 * 9];
        for (int i = 0; i < values.length; i++) {
            int o = i / 36;
            int c = i / 9 % 4;
            values[i] = Math.sin(1 + 7 * o + 3 * c + 2 * (i / 3 % 3) + i % 3);
        }
        return kernel(values, 8, 4, 3, 3);
    }

    private static void assertHolds(OperatorNorm norm, double low, double high) {
        assertThat(lower(norm)).isLessThanOrEqualTo(high);
        assertThat(upper(norm)).isGreaterThanOrEqualTo(low);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-2, 1e-3, 1e-6, 1e-9})
    void theSearchOfAnotherImplementationAgrees(double tolerance) {
        OperatorNorm unstrided = norm(sines(), geometry(2, 1, 1, 1), tolerance);
        assertHolds(unstrided, 25.4431614617, 25.4431614690);
        assertThat(unstrided.interval().relativeWidth()).isLessThanOrEqualTo(tolerance * 1.0001);
        OperatorNorm strided = norm(sines(), geometry(2, 2, 1, 1), tolerance);
        assertHolds(strided, 14.2633632590 - 5e-11, 14.2633632590 + 1e-8);
        assertThat(strided.interval().relativeWidth()).isLessThanOrEqualTo(tolerance * 1.0001);
    }

    @Test
    void differencesLaplaciansBoxesAndSobelHaveTheirNorms() {
        assertExactly(2, kernel(new double[] {1, -1}, 1, 1, 2));
        assertExactly(2, kernel(new double[] {1, 0, -1}, 1, 1, 3));
        assertExactly(8, kernel(new double[] {0, 1, 0, 1, -4, 1, 0, 1, 0}, 1, 1, 3, 3));
        assertExactly(8, kernel(new double[] {1, 0, -1, 2, 0, -2, 1, 0, -1}, 1, 1, 3, 3));
        for (int k = 1; k <= 7; k++) {
            double[] ones = new double[k * k];
            Arrays.fill(ones, 1);
            assertExactly(k * k, kernel(ones, 1, 1, k, k));
        }
        assertExactly(21, kernel(new double[] {1, 2, 3, 4, 5, 6}, 1, 1, 1, 2, 3));
    }

    private static void assertExactly(double truth, Kernel kernel) {
        OperatorNorm norm = norm(kernel, Geometry.unknown(kernel.dims()), 1e-9);
        assertThat(lower(norm)).isLessThanOrEqualTo(truth).isCloseTo(truth, within(2e-9 * truth));
        assertThat(upper(norm)).isGreaterThanOrEqualTo(truth).isCloseTo(truth, within(2e-9 * truth));
    }

    @Test
    void zeroPaddingComesNearAsClosedFormsSay() {
        Kernel difference = kernel(new double[] {1, -1}, 1, 1, 2);
        for (int n = 2; n <= 20; n++) {
            double truth = new DenseConvolution(difference, Geometry.unknown(1), n).normWithZeros(0);
            assertThat(truth).isCloseTo(2 * Math.cos(Math.PI / (2 * n)), within(1e-13));
        }
        Kernel laplacian = kernel(new double[] {0, 1, 0, 1, -4, 1, 0, 1, 0}, 1, 1, 3, 3);
        double truth = new DenseConvolution(laplacian, Geometry.unknown(2), 16).normWithZeros(1);
        assertThat(truth).isCloseTo(7.9318923987356, within(1e-12));
    }

    @Test
    void kernelsNoWiderThanTheStrideHaveTheReshapedNorm() {
        for (int stride = 3; stride <= 4; stride++) {
            Kernel patches = Kernels.gaussian(5, List.of(4, 2, 3, 3));
            OperatorNorm norm = norm(patches, geometry(2, stride, 1, 2), 1e-3);
            assertThat(lower(norm)).isCloseTo(reshaped(patches, 2), within(1e-8));
            assertThat(upper(norm)).isCloseTo(reshaped(patches, 2), within(1e-8));
            assertThat(norm.evaluations()).isLessThanOrEqualTo(6);
        }
    }

    @Test
    void torchsOperatorsLieBelowTheBoundAndItsCirclesNearIt() throws IOException {
        Suite.CORPUS.requireOrSkip();
        JsonNode section = new ObjectMapper()
                .readTree(Suite.corpusFolder().resolve("golden/golden.json").toFile())
                .path("conv");
        assertThat(section).hasSize(6);
        for (JsonNode golden : section) {
            List<Integer> shape = new java.util.ArrayList<>();
            golden.path("shape").forEach(n -> shape.add(n.asInt()));
            Kernel kernel = ramp(shape);
            int groups = golden.path("groups").asInt();
            assertThat(reshaped(kernel, 1)).isCloseTo(golden.path("flat_sigma").asDouble(), within(1e-12));
            OperatorNorm one = norm(kernel, geometry(2, 1, 1, groups), 1e-6);
            OperatorNorm two = norm(kernel, geometry(2, 2, 1, groups), 1e-6);
            OperatorNorm dilated = norm(kernel, geometry(2, 1, 2, groups), 1e-6);
            for (String key : List.of("zero_pad_same", "valid", "circular_max_over_groups")) {
                assertThat(golden.path(key).asDouble()).as("%s %s", shape, key).isLessThanOrEqualTo(upper(one));
            }
            assertThat(golden.path("zero_pad_same_stride2").asDouble()).isLessThanOrEqualTo(upper(two));
            assertThat(golden.path("dilation2").asDouble()).isLessThanOrEqualTo(upper(dilated));
            assertThat(dilated).isEqualTo(one);
            double loss = Math.pow(Math.cos(Math.PI * (shape.get(2) - 1) / 16), 2);
            assertThat(golden.path("circular_max_over_groups").asDouble()).isGreaterThanOrEqualTo(lower(one) * loss);
        }
    }

    @Test
    void theTableOfOperatorNormsHolds() {
        assertRow(List.of(4, 2, 3, 3), 1, 10.5277214815376, 9.76134093721354, 6.64923398826746, 8.08441028642544);
        assertRow(List.of(2, 2, 5, 5), 1, 11.5773012844772, 9.60507648230149, 6.42000532134922, 6.85802887598264);
        assertRow(List.of(6, 2, 3, 3), 2, 9.81944393721031, 9.0490398139454, 6.28788227881932, 7.50553310355581);
        assertRow(List.of(4, 1, 3, 3), 4, 4.55307462138871, 4.25981401349870, 2.83281540737622, 3.51464234745109);
    }

    private static void assertRow(
            List<Integer> shape, int groups, double circular, double zeros, double strided, double dilated) {
        Kernel kernel = ramp(shape);
        int p = (shape.get(2) - 1) / 2;
        Geometry plain = geometry(2, 1, 1, groups);
        Geometry stride = geometry(2, 2, 1, groups);
        Geometry dilation = geometry(2, 1, 2, groups);
        assertThat(new DenseConvolution(kernel, plain, 8).normOnACircle()).isCloseTo(circular, within(1e-11));
        assertThat(new DenseConvolution(kernel, plain, 8).normWithZeros(p)).isCloseTo(zeros, within(1e-11));
        assertThat(new DenseConvolution(kernel, stride, 8).normWithZeros(p)).isCloseTo(strided, within(1e-11));
        assertThat(new DenseConvolution(kernel, dilation, 8).normWithZeros(2 * p))
                .isCloseTo(dilated, within(1e-11));
        assertThat(upper(norm(kernel, plain, 1e-6))).isGreaterThanOrEqualTo(Math.max(circular, dilated));
        assertThat(upper(norm(kernel, stride, 1e-6))).isGreaterThanOrEqualTo(strided);
    }
}
