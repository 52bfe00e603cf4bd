package org.normscope.lipschitz;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.bound.WideBound;

/** Slopes are found by plain search over secants, which never exceed them (mean value theorem). */
class ActivationTest {
    private static final double H = 3e-5;
    /** What rounding can do to a secant of a value up to 40. */
    private static final double SLACK = 40 * 0x1p-51 / H;

    private static final double LAMBDA = 1.0507009873554804934193349852946;
    private static final double ALPHA = 1.6732632423543772848170429916717;

    /** Extreme slopes are those of one side of a kink, or limits at infinity. */
    private static final Set<Activation> KINKED = Set.of(Activation.SELU, Activation.SOFTSIGN, Activation.HARDSWISH);

    private static final Map<Activation, DoubleUnaryOperator> FUNCTIONS = Map.ofEntries(
            entry(Activation.IDENTITY, x -> x),
            entry(Activation.RELU, x -> Math.max(x, 0)),
            entry(Activation.RELU6, x -> Math.min(Math.max(x, 0), 6)),
            entry(Activation.HARDTANH, x -> Math.min(Math.max(x, -1), 1)),
            entry(Activation.TANH, Math::tanh),
            entry(Activation.TANHSHRINK, x -> x - Math.tanh(x)),
            entry(Activation.SOFTSHRINK, x -> Math.signum(x) * Math.max(Math.abs(x) - 0.5, 0)),
            entry(Activation.SOFTPLUS, ActivationTest::softplus),
            entry(Activation.LOGSIGMOID, x -> -softplus(-x)),
            entry(Activation.SOFTSIGN, x -> x / (1 + Math.abs(x))),
            entry(Activation.ABS, Math::abs),
            entry(Activation.SIN, Math::sin),
            entry(Activation.COS, Math::cos),
            entry(Activation.SIGMOID, ActivationTest::sigmoid),
            entry(Activation.HARDSIGMOID, ActivationTest::hardSigmoid),
            entry(Activation.SELU, x -> LAMBDA * (x > 0 ? x : ALPHA * Math.expm1(x))),
            entry(Activation.GELU, x -> 0.5 * x * Erf.erfc(-x / Math.sqrt(2))),
            entry(
                    Activation.GELU_TANH,
                    x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
            entry(Activation.QUICK_GELU, x -> x * sigmoid(1.702 * x)),
            entry(Activation.SILU, x -> x * sigmoid(x)),
            entry(Activation.MISH, x -> x * Math.tanh(softplus(x))),
            entry(Activation.HARDSWISH, x -> x * hardSigmoid(x)));

    @ParameterizedTest
    @EnumSource
    void steepestSecantsAreTheSlopes(Activation activation) {
        DoubleUnaryOperator f = Objects.requireNonNull(FUNCTIONS.get(activation));
        double steepest = extreme(f, Math::max);
        double least = extreme(f, Math::min);
        Layer.Elementwise layer = activation.layer();
        assertThat(layer.maxSlope()).isGreaterThanOrEqualTo(steepest - SLACK);
        assertThat(layer.minSlope()).isLessThanOrEqualTo(least + SLACK);
        boolean kink = KINKED.contains(activation);
        assertThat(steepest).isCloseTo(layer.maxSlope(), within(kink ? 1e-4 : 1e-9));
        assertThat(least).isCloseTo(layer.minSlope(), within(kink ? 1e-3 : 1e-9));
    }

    /** Where the steepest slope is that of one side of a kink, secants across it fall short by a multiple of their width. */
    @ParameterizedTest
    @CsvSource({"SELU, 0", "SOFTSIGN, 0", "HARDSWISH, 3"})
    void slopesAtKinksAreLimitsOfSecants(Activation activation, double kink) {
        DoubleUnaryOperator f = Objects.requireNonNull(FUNCTIONS.get(activation));
        double wide = (f.applyAsDouble(kink) - f.applyAsDouble(kink - H)) / H;
        double narrow = (f.applyAsDouble(kink) - f.applyAsDouble(kink - H / 2)) / (H / 2);
        assertThat(2 * narrow - wide).isCloseTo(activation.layer().maxSlope(), within(2e-9));
    }

    @ParameterizedTest
    @EnumSource
    void valuesGrowNoFasterThanStated(Activation activation) {
        DoubleUnaryOperator f = Objects.requireNonNull(FUNCTIONS.get(activation));
        Layer.Elementwise layer = activation.layer();
        double zero = f.applyAsDouble(0);
        assertThat(Math.abs(zero)).isLessThanOrEqualTo(layer.atZero());
        assertThat(layer.atZero()).isCloseTo(Math.abs(zero), within(1e-9));
        double growth = 0;
        for (double x = -40; x <= 40; x += 0.0137) {
            growth = Math.max(growth, Math.abs(f.applyAsDouble(x) - zero) / Math.abs(x));
        }
        assertThat(growth).isLessThanOrEqualTo(layer.growth() * (1 + 1e-14));
        assertThat(growth).isGreaterThan(0.7 * layer.growth());
    }

    @ParameterizedTest
    @CsvSource({
        "SIGMOID, 0.25",
        "HARDSIGMOID, 0.16666666666666666",
        "SELU, 1.7580993408473768",
        "GELU, 1.1289041451851548",
        "GELU_TANH, 1.1289930686587718",
        "QUICK_GELU, 1.0998393201288669",
        "SILU, 1.0998393201288669",
        "MISH, 1.0884981612517279",
        "HARDSWISH, 1.5",
        "SOFTSIGN, 1",
        "RELU, 1"
    })
    void constantsAreTheKnownOnes(Activation activation, double constant) {
        double steepest = activation.layer().steepest().narrow().orElseThrow().value();
        assertThat(steepest).isBetween(constant, constant + 1e-9);
    }

    @Test
    void closedFormOfGelu() {
        double x = Math.sqrt(2);
        double slope = 0.5 * Erf.erfc(-1) + x * Math.exp(-1) / Math.sqrt(2 * Math.PI);
        assertThat(Activation.GELU.layer().maxSlope()).isBetween(slope, slope + 1e-11);
        assertThat(Activation.GELU.layer().minSlope()).isBetween(1 - slope - 1e-11, 1 - slope);
    }

    @Test
    void parametersSetTheSlopes() {
        assertThat(Layer.Elementwise.leakyRelu(0.01).steepest()).isEqualTo(WideBound.ONE);
        assertThat(Layer.Elementwise.leakyRelu(-3).steepest()).isEqualTo(WideBound.of(3));
        assertThat(Layer.Elementwise.elu(1).maxSlope()).isEqualTo(1);
        assertThat(Layer.Elementwise.elu(2.5).maxSlope()).isEqualTo(2.5);
    }

    @Test
    void namesAreFound() {
        assertThat(Activation.named("gelu_tanh")).contains(Activation.GELU_TANH);
        assertThat(Activation.named("swish")).isEmpty();
    }

    /** The extreme secant of width 2 h: on a grid first, then around its best point. */
    private static double extreme(DoubleUnaryOperator f, DoubleBinaryOperator better) {
        double best = secant(f, 0);
        double at = 0;
        for (double step : new double[] {4e-3, 4e-5, 4e-7}) {
            double center = at;
            int reach = step == 4e-3 ? 10_000 : 200;
            for (int i = -reach; i <= reach; i++) {
                double x = center + i * step;
                double slope = secant(f, x);
                if (better.applyAsDouble(slope, best) != best) {
                    best = slope;
                    at = x;
                }
            }
        }
        return best;
    }

    private static double secant(DoubleUnaryOperator f, double x) {
        double left = x - H;
        double right = x + H;
        return (f.applyAsDouble(right) - f.applyAsDouble(left)) / (right - left);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double hardSigmoid(double x) {
        return Math.min(Math.max(x / 6 + 0.5, 0), 1);
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
}
