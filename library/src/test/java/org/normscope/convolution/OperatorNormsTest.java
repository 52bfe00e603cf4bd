package org.normscope.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.normscope.convolution.Kernels.gaussian;
import static org.normscope.convolution.Kernels.geometry;
import static org.normscope.convolution.Kernels.kernel;
import static org.normscope.convolution.Kernels.lower;
import static org.normscope.convolution.Kernels.norm;
import static org.normscope.convolution.Kernels.upper;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.bound.Certificate;

class OperatorNormsTest {
    @Test
    void threadsChangeNoBit() {
        Kernel kernel = gaussian(3, List.of(6, 4, 3, 3));
        Geometry geometry = geometry(2, 1, 1, 2);
        assertThat(OperatorNorms.of(kernel, geometry, 1e-6, Evaluator.PARALLEL))
                .isEqualTo(OperatorNorms.of(kernel, geometry, 1e-6, Evaluator.SEQUENTIAL));
    }

    @Test
    void theUnknownLayerHasTheLargestNorm() {
        long seed = Kernels.seed();
        Kernel kernel = gaussian(seed, List.of(6, 2, 4, 3));
        double unknown = upper(norm(kernel, Geometry.unknown(2), 1e-6));
        for (int stride = 1; stride <= 4; stride++) {
            for (int dilation = 1; dilation <= 3; dilation++) {
                for (int groups = 1; groups <= 6; groups++) {
                    if (6 % groups == 0) {
                        assertThat(lower(norm(kernel, geometry(2, stride, dilation, groups), 1e-6)))
                                .as("seed %d stride %d dilation %d groups %d", seed, stride, dilation, groups)
                                .isLessThanOrEqualTo(unknown);
                    }
                }
            }
        }
    }

    @Test
    void aFlatSymbolEndsWithWhatTheWorkAllowedShows() {
        double[] values = new double[8 * 8 * 9];
        for (int channel = 0; channel < 8; channel++) {
            values[(channel * 8 + channel) * 9 + channel] = 1;
        }
        OperatorNorm norm = norm(kernel(values, 8, 8, 3, 3), Geometry.unknown(2), 1e-6);
        assertThat(norm.evaluations()).isBetween(10_000L, 20_000L);
        assertThat(lower(norm)).isLessThanOrEqualTo(1).isCloseTo(1, within(1e-9));
        assertThat(upper(norm)).isGreaterThanOrEqualTo(1).isLessThan(1.005);
    }

    @Test
    void aSingleTapNeedsNoSearch() {
        double[] values = new double[9];
        values[4] = -3;
        OperatorNorm norm = norm(kernel(values, 1, 1, 3, 3), Geometry.unknown(2), 1e-3);
        assertThat(lower(norm)).isCloseTo(3, within(1e-8));
        assertThat(upper(norm)).isCloseTo(3, within(1e-8));
        assertThat(norm.evaluations()).isLessThan(5);
    }

    @Test
    void zerosHaveNormZero() {
        OperatorNorm norm = norm(kernel(new double[36], 4, 1, 3, 3), geometry(2, 1, 1, 2), 1e-3);
        assertThat(norm.interval().certificate()).isEqualTo(Certificate.EXACT);
        assertThat(upper(norm)).isZero();
        assertThat(norm.evaluations()).isZero();
    }

    @Test
    void powersOfTwoScaleTheNormAlsoWhereSquaresOverflow() {
        Kernel kernel = gaussian(4, List.of(3, 3, 3));
        OperatorNorm plain = norm(kernel, Geometry.unknown(1), 1e-6);
        for (int exponent : new int[] {-900, -300, 1, 300, 900}) {
            OperatorNorm scaled = norm(kernel.times(exponent), Geometry.unknown(1), 1e-6);
            assertThat(scaled.interval().relativeWidth()).isLessThanOrEqualTo(1.001e-6);
            assertThat(Math.scalb(upper(scaled), -exponent)).isCloseTo(upper(plain), within(1e-5));
        }
    }

    @Test
    void productsOfVectorsAndTapsOfOneSignAreNeverAboveTheUpperEndNorBelowTheLowerOne() {
        for (int trial = 0; trial < 200; trial++) {
            long seed = Kernels.seed();
            java.util.Random random = new java.util.Random(seed);
            double[] values = new double[5 * 4 * 3];
            long[] factors = random.longs(12, 1, 1 << 12).toArray();
            long rows = 0;
            long columns = 0;
            for (int i = 0; i < values.length; i++) {
                values[i] = (double) factors[i / 12] * factors[5 + i / 3 % 4] * factors[9 + i % 3];
            }
            for (int i = 0; i < 5; i++) {
                rows += factors[i] * factors[i];
            }
            for (int i = 5; i < 9; i++) {
                columns += factors[i] * factors[i];
            }
            double truth = Math.sqrt(rows) * Math.sqrt(columns) * (factors[9] + factors[10] + factors[11]);
            OperatorNorm norm = norm(kernel(values, 5, 4, 3), Geometry.unknown(1), 1e-9);
            assertThat(upper(norm)).as("seed %d", seed).isGreaterThanOrEqualTo(truth * (1 - 1e-15));
            assertThat(lower(norm)).as("seed %d", seed).isLessThanOrEqualTo(truth * (1 + 1e-15));
        }
    }

    @Test
    void batchNormBehindMultipliesOutputChannels() {
        Kernel kernel = gaussian(6, List.of(4, 2, 3));
        double[] factors = {2, -1, 0.5, 3};
        Kernel folded = kernel.scaled(geometry(1, 1, 1, 2), factors);
        for (int i = 0; i < 24; i++) {
            assertThat(folded.values()[i]).isEqualTo(kernel.values()[i] * factors[i / 6]);
        }
        Geometry transposed = new Geometry(List.of(1), List.of(1), 2, true);
        Kernel foldedTransposed = kernel.scaled(transposed, factors);
        for (int i = 0; i < 24; i++) {
            int output = i / 12 * 2 + i / 3 % 2;
            assertThat(foldedTransposed.values()[i]).isEqualTo(kernel.values()[i] * factors[output]);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kernel.scaled(transposed, new double[3]))
                .withMessage("3 factors for 4 output channels");
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() {
        Kernel kernel = gaussian(1, List.of(4, 1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> norm(kernel, geometry(2, 1, 1, 1), 1e-3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> norm(kernel, geometry(1, 1, 1, 3), 1e-3))
                .withMessage("dim 0 of kernel [4, 1, 3] isn't divisible by 3 groups");
        assertThatIllegalArgumentException().isThrownBy(() -> geometry(1, 0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Geometry(List.of(1), List.of(), 1, false));
        assertThatIllegalArgumentException().isThrownBy(() -> kernel(new double[4], 2, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> kernel(new double[5], 2, 2, 1));
    }
}
