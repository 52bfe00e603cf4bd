package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.normscope.bound.LowerBound;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;

class FeedForwardTest {
    private static final Layer.Elementwise RELU = Activation.RELU.layer();

    private static double value(WideBound bound) {
        return bound.narrow().orElseThrow().value();
    }

    private static double eclipse(FeedForward.Bounds bounds) {
        WideBound eclipse = bounds.eclipse();
        assertThat(eclipse).as(bounds.eclipseReason()).isNotNull();
        return eclipse == null ? Double.NaN : value(eclipse);
    }

    private static FeedForward network(List<LinearMap> weights, Layer.Elementwise function) {
        return new FeedForward(weights, Collections.nCopies(weights.size() - 1, function));
    }

    /** From above, by less than the tolerance of a product's norm. */
    private static void isTightly(double bound, double oracle) {
        assertThat(bound).isBetween(oracle * (1 - 1e-12), oracle * (1 + 2e-4));
    }

    @ParameterizedTest
    @CsvFileSource(resources = "feed_forward.csv", numLinesToSkip = 1)
    void boundsAreThoseOfNumpy(
            String shape, String kind, long seed, double product, double relu, double gelu, double eclipseFast) {
        int[] widths =
                Arrays.stream(shape.split("-")).mapToInt(Integer::parseInt).toArray();
        if (Arrays.stream(widths).max().orElseThrow() > 1000) {
            return; // in FeedForwardIT
        }
        List<LinearMap> weights =
                RandomNetworks.weights(seed, RandomNetworks.Kind.valueOf(kind.toUpperCase(Locale.ROOT)), widths);
        FeedForward.Bounds bounds = network(weights, RELU).bounds(7);
        isTightly(value(bounds.product()), product);
        isTightly(value(bounds.combettesPesquet()), relu);
        isTightly(eclipse(bounds), eclipseFast);
        assertThat(eclipse(bounds)).isCloseTo(eclipseFast, within(1e-7 * eclipseFast));
        assertThat(value(bounds.least())).isEqualTo(Math.min(value(bounds.combettesPesquet()), eclipse(bounds)));
        FeedForward.Bounds smooth = network(weights, Activation.GELU.layer()).bounds(7);
        isTightly(value(smooth.combettesPesquet()), gelu);
        assertThat(smooth.eclipse()).isNull();
        assertThat(smooth.eclipseReason()).contains("gelu");
    }

    /** MATH.md 4.4: ratios to the product. Its networks came from another generator; wide random matrices are alike. */
    @ParameterizedTest
    @CsvFileSource(resources = "feed_forward.csv", numLinesToSkip = 1)
    void gainsAreThoseOfTheTable(
            String shape, String kind, long seed, double product, double relu, double gelu, double eclipseFast) {
        double[] table = switch (shape + " " + kind) {
            case "784-256-256-10 he" -> new double[] {0.648, 0.621};
            case "784-256-256-10 spiked" -> new double[] {0.382, 0.515};
            case "784-128-128-128-128-10 he" -> new double[] {0.451, 0.400};
            case "784-128-128-128-128-10 spiked" -> new double[] {0.151, 0.264};
            case "100-100-100-100-100-100-100-100-10 he" -> new double[] {0.235, 0.183};
            case "100-100-100-100-100-100-100-100-10 spiked" -> new double[] {0.037, 0.098};
            case "512-2048-512 he" -> new double[] {0.745, 0.741};
            default -> new double[] {0.606, 0.716};
        };
        assertThat(gelu).as("seed %d", seed).isGreaterThan(relu);
        assertThat(relu / product).isCloseTo(table[0], Offset.offset(0.02));
        assertThat(eclipseFast / product).isCloseTo(table[1], Offset.offset(0.02));
    }

    @Test
    void noJacobianExceedsABound() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int trial = 0; trial < 20; trial++) {
            int[] widths = {1 + random.nextInt(8), 1 + random.nextInt(40), 1 + random.nextInt(40), 1 + random.nextInt(5)
            };
            List<LinearMap> weights =
                    RandomNetworks.weights(random.nextLong(), RandomNetworks.Kind.values()[random.nextInt(2)], widths);
            Layer.Elementwise function = random.nextBoolean() ? RELU : Layer.Elementwise.leakyRelu(0.3);
            FeedForward.Bounds bounds = network(weights, function).bounds(random.nextLong());
            double worst = worstJacobian(weights, function.minSlope(), random);
            assertThat(worst).as("seed %d", seed).isLessThanOrEqualTo(value(bounds.combettesPesquet()));
            assertThat(worst).as("seed %d", seed).isLessThanOrEqualTo(eclipse(bounds));
            assertThat(bounds.combettesPesquet())
                    .isLessThanOrEqualTo(bounds.product().times(1 + 1e-9));
        }
    }

    /** Over every pattern of slopes, hill climbing from random ones: more than any input could choose. */
    private static double worstJacobian(List<LinearMap> weights, double low, Random random) {
        double worst = 0;
        for (int start = 0; start < 4; start++) {
            double[][] slopes = new double[weights.size() - 1][];
            for (int i = 0; i < slopes.length; i++) {
                slopes[i] = random.doubles(weights.get(i).rows())
                        .map(x -> x < 0.5 ? low : 1)
                        .toArray();
            }
            double best = jacobian(weights, slopes, random);
            for (int step = 0; step < 25; step++) {
                double[] layer = slopes[random.nextInt(slopes.length)];
                int neuron = random.nextInt(layer.length);
                double before = layer[neuron];
                layer[neuron] = low + 1 - before;
                double now = jacobian(weights, slopes, random);
                if (now < best) {
                    layer[neuron] = before;
                } else {
                    best = now;
                }
            }
            worst = Math.max(worst, best);
        }
        return worst * (1 - 1e-12);
    }

    private static double jacobian(List<LinearMap> weights, double[][] slopes, Random random) {
        Matrix product = ((DenseMap) weights.get(0)).matrix();
        for (int k = 0; k < slopes.length; k++) {
            Matrix masked = DenseNorm.scaled(product, 0);
            for (int j = 0; j < masked.cols(); j++) {
                for (int i = 0; i < masked.rows(); i++) {
                    masked.set(i, j, slopes[k][i] * product.get(i, j));
                }
            }
            product = Dense.times(((DenseMap) weights.get(k + 1)).matrix(), masked);
        }
        return RandomNetworks.norm(product, random);
    }

    @Test
    void linearLayersWithoutAFunctionCountAsTheirProduct() {
        Matrix a = RandomNetworks.gaussian(new Random(1), 40, 30, 1);
        Matrix b = RandomNetworks.gaussian(new Random(2), 20, 40, 1);
        FeedForward linear = network(List.of(DenseMap.of(a), DenseMap.of(b)), Activation.IDENTITY.layer());
        double exact = Decompositions.singularValues(Dense.times(b, a))[0];
        isTightly(value(linear.bounds(3).combettesPesquet()), exact);
    }

    @Test
    void sizesOfNormsDontMatter() {
        List<LinearMap> weights = RandomNetworks.weights(5, RandomNetworks.Kind.HE, 20, 30, 30, 4);
        FeedForward.Bounds plain = network(weights, RELU).bounds(1);
        List<LinearMap> huge = weights.stream()
                .map(map -> (LinearMap) DenseMap.of(DenseNorm.scaled(((DenseMap) map).matrix(), 900)))
                .toList();
        FeedForward.Bounds scaled = network(huge, RELU).bounds(1);
        WideBound factor = new WideBound(1, 2700);
        assertThat(scaled.product()).isEqualTo(plain.product().times(factor));
        assertThat(scaled.combettesPesquet()).isEqualTo(plain.combettesPesquet().times(factor));
        WideBound eclipse = scaled.eclipse();
        assertThat(eclipse).isNotNull().isEqualTo(WideBound.of(eclipse(plain)).times(factor));
    }

    @Test
    void deepNetworksNeitherOverflowNorVanish() {
        for (int exponent : new int[] {40, -40}) {
            Matrix matrix = new Matrix(2, 2, new double[] {Math.scalb(1.5, exponent), 0, 0, Math.scalb(1.0, exponent)});
            FeedForward deep = network(Collections.nCopies(60, DenseMap.of(matrix)), RELU);
            double exact = 60 * (Math.log10(1.5) + exponent * Math.log10(2));
            FeedForward.Bounds bounds = deep.bounds(1);
            assertThat(bounds.product().log10()).isCloseTo(exact, within(1e-6));
            assertThat(bounds.combettesPesquet().log10()).isCloseTo(exact, within(1e-2));
            WideBound eclipse = bounds.eclipse();
            assertThat(eclipse)
                    .isNotNull()
                    .isBetween(bounds.product().over(new LowerBound(1 + 1e-6)), bounds.product());
        }
    }

    @Test
    void aZeroMatrixMakesAConstantNetwork() {
        List<LinearMap> weights =
                List.of(DenseMap.of(RandomNetworks.gaussian(new Random(1), 5, 4, 1)), DenseMap.of(Matrix.zeros(3, 5)));
        FeedForward.Bounds bounds = network(weights, RELU).bounds(1);
        assertThat(bounds.product()).isEqualTo(WideBound.ZERO);
        assertThat(bounds.least()).isEqualTo(WideBound.ZERO);
    }

    @Test
    void partsMustFit() {
        List<LinearMap> weights = List.of(DenseMap.of(Matrix.zeros(3, 5)), DenseMap.of(Matrix.zeros(2, 4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FeedForward(weights, List.of(RELU)))
                .withMessageContaining("linear map 1 (from 0) takes 4 numbers, the one before it gives 3");
        assertThatIllegalArgumentException().isThrownBy(() -> new FeedForward(weights, List.of()));
    }
}
