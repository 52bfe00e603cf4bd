package org.normscope.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.normscope.convolution.Kernels.gaussian;
import static org.normscope.convolution.Kernels.geometry;
import static org.normscope.convolution.Kernels.lower;
import static org.normscope.convolution.Kernels.norm;
import static org.normscope.convolution.Kernels.reshaped;
import static org.normscope.convolution.Kernels.upper;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No operator exceeds the bound, and on a circle it comes as near as theory says; operators are matrices made by plain loops. */
class DenseOperatorTest {
    private static final double ROUNDING = 1e-11;

    @ParameterizedTest(name = "{0} samples of {1} dims, kernel {2} x {3} x {4}")
    @CsvSource({"12, 1, 4, 3, 5", "12, 1, 2, 3, 4", "12, 1, 4, 1, 2", "6, 2, 2, 2, 3", "6, 2, 4, 1, 2", "4, 3, 2, 1, 2"
    })
    void noStrideDilationGroupsAndPaddingExceedTheBound(int n, int dims, int rows, int channels, int width) {
        long seed = Kernels.seed();
        List<Integer> shape = new java.util.ArrayList<>(List.of(rows, channels));
        shape.addAll(java.util.Collections.nCopies(dims, width));
        Kernel kernel = gaussian(seed, shape);
        for (int stride = 1; stride <= 3; stride++) {
            for (int dilation = 1; dilation <= (dims == 1 ? 4 : 2); dilation++) {
                for (int groups = 1; groups <= 2; groups++) {
                    check(kernel, geometry(dims, stride, dilation, groups), n, "seed " + seed);
                }
            }
        }
    }

    private static void check(Kernel kernel, Geometry geometry, int n, String seed) {
        String what = kernel.shape() + " " + geometry + ", " + seed;
        OperatorNorm norm = norm(kernel, geometry, 1e-6);
        double worst = reshaped(kernel, geometry.groups());
        double loss = 1;
        double spread = 1;
        boolean wholeGrid = true;
        for (int dim = 0; dim < kernel.dims(); dim++) {
            int phases = geometry.phases(dim);
            double extent = Math.ceil((double) kernel.width(dim) / phases);
            double grid = (double) n / geometry.stride().get(dim);
            int step = geometry.dilation().get(dim) / (geometry.stride().get(dim) / phases);
            wholeGrid &= grid > extent - 1 && grid == Math.rint(grid) && isCoprime(step, (int) grid);
            loss *= Math.cos(Math.PI * (extent - 1) / (2 * grid));
            spread *= extent;
        }
        assertThat(norm.interval().relativeWidth()).as(what).isLessThanOrEqualTo(1.0001e-6);
        assertThat(worst).as(what).isLessThanOrEqualTo(upper(norm) * (1 + ROUNDING));
        assertThat(lower(norm)).as(what).isLessThanOrEqualTo(Math.sqrt(spread) * worst * (1 + ROUNDING));
        DenseConvolution dense = new DenseConvolution(kernel, geometry, n);
        for (int padding = 0; padding <= (kernel.dims() == 1 ? 5 : 2); padding += 1 + padding / 2) {
            double truth = dense.normWithZeros(padding);
            assertThat(truth).as("%s padding %d", what, padding).isLessThanOrEqualTo(upper(norm) * (1 + ROUNDING));
            if (dense.seesNoPadding(padding)) {
                assertThat(truth).as("%s padding %d", what, padding).isGreaterThanOrEqualTo(worst * (1 - ROUNDING));
            }
        }
        double circular = dense.normOnACircle();
        assertThat(circular).as(what).isLessThanOrEqualTo(upper(norm) * (1 + ROUNDING));
        if (wholeGrid) {
            assertThat(circular).as(what).isGreaterThanOrEqualTo(lower(norm) * loss * (1 - ROUNDING));
        }
    }

    private static boolean isCoprime(int a, int b) {
        return java.math.BigInteger.valueOf(a)
                        .gcd(java.math.BigInteger.valueOf(b))
                        .intValue()
                == 1;
    }
}
