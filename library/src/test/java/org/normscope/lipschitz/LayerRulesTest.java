package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.bound.LowerBound;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;

/** The rules one by one, on numbers that can be checked by hand; MATH.md 4.1 to 4.3. */
class LayerRulesTest {
    private static final Conditions FLAT = Conditions.global(Metric.L2);
    private static final Conditions TOKENS = Conditions.global(Metric.MAX_TOKEN_L2);
    private static final UpperBound NONE = new UpperBound(0);

    private static Layer.Linear linear(double lower, double upper) {
        return new Layer.Linear(Interval.around(lower, upper, upper, Certificate.RIGOROUS, 0), NONE);
    }

    private static double through(Layer layer, Conditions conditions) {
        return value(layer.through(List.of(Signal.input()), conditions));
    }

    private static double value(Signal signal) {
        return signal.bound().orElseThrow().narrow().orElseThrow().value();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, 1, 0, 0.7071067811865476, 1",
        "3, 2, 1, 0, 0.7453559924999299, 1.4142135623730951",
        "3, 1, 1, 0, 1, 1.7320508075688772",
        "3, 3, 1, 0, 0.5773502691896258, 1",
        "2, 3, 1, 0, 0.7071067811865476, 1",
        "3, 2, 2, 0, 1, 1.7320508075688772",
        "3, 4, 2, 0, 0.7453559924999299, 1.4142135623730951",
        "3, 1, 1, 1, 1.224744871391589, 1.7320508075688772",
        "2, 2, 1, 1, 1, 1"
    })
    void poolingConstantsOfOneDimension(
            int kernel, int stride, int dilation, int uncounted, double mean, double maximum) {
        Window window = new Window(kernel, stride, dilation, uncounted);
        assertThat(through(new Layer.Pool(Layer.Pool.Kind.AVERAGE, List.of(window)), FLAT))
                .isCloseTo(mean, within(1e-14));
        assertThat(through(new Layer.Pool(Layer.Pool.Kind.MAX, List.of(window)), FLAT))
                .isCloseTo(maximum, within(1e-14));
        assertThat(through(new Layer.Pool(Layer.Pool.Kind.MAX, List.of(window, window)), FLAT))
                .isCloseTo(maximum * maximum, within(1e-14));
    }

    @Test
    void meansOverPositions() {
        assertThat(through(new Layer.Mean(49), FLAT))
                .isCloseTo(1 / 7.0, within(1e-15))
                .isGreaterThanOrEqualTo(1 / 7.0);
        assertThat(through(new Layer.Mean(49), TOKENS)).isEqualTo(1);
    }

    @Test
    void softmaxIsAHalfAndItsLogarithmTheRootOfTheClasses() {
        assertThat(through(Layer.Softmax.at(1), FLAT)).isCloseTo(0.5, within(1e-15));
        assertThat(through(Layer.Softmax.at(0.25), FLAT)).isCloseTo(2, within(1e-15));
        assertThat(through(Layer.Softmax.logarithmic(10), FLAT)).isCloseTo(Math.sqrt(10), within(1e-14));
    }

    @Test
    void normsMultiplyAlongAChainAndAddUpOverAResidual() {
        Graph residual = new Graph(List.of(
                new Graph.Node("a", linear(3, 3), List.of(Graph.INPUT)),
                new Graph.Node("f", Activation.SILU.layer(), List.of("a")),
                new Graph.Node("sum", new Layer.Add(), List.of("f", Graph.INPUT)),
                new Graph.Node("b", linear(2, 2), List.of("sum"))));
        assertThat(value(residual.output(Signal.input(), FLAT))).isCloseTo(2 * (1 + 3 * 1.099839320129), within(1e-12));
        Graph concat = new Graph(List.of(
                new Graph.Node("a", linear(3, 3), List.of(Graph.INPUT)),
                new Graph.Node("b", linear(4, 4), List.of(Graph.INPUT)),
                new Graph.Node("c", new Layer.Concat(Layer.Concat.Axis.TOKENS), List.of("a", "b"))));
        assertThat(value(concat.output(Signal.input(), FLAT))).isEqualTo(5);
        assertThat(value(concat.output(Signal.input(), TOKENS))).isEqualTo(4);
    }

    @Test
    void productsNeedBoundedFactors() {
        Graph square = new Graph(List.of(
                new Graph.Node("a", linear(3, 3), List.of(Graph.INPUT)),
                new Graph.Node("product", new Layer.Multiply(), List.of("a", Graph.INPUT))));
        assertThat(square.output(Signal.input(), FLAT).reason()).contains("isn't bounded");
        Signal bounded = square.output(Signal.input(WideBound.of(5)), FLAT);
        assertThat(value(bounded)).isEqualTo(15 + 15);
        assertThat(bounded.radius()).isEqualTo(WideBound.of(75));
        assertThat(new Layer.SquaredRelu()
                        .through(List.of(Signal.input()), FLAT)
                        .reason())
                .contains("squared ReLU");
        assertThat(value(new Layer.SquaredRelu().through(List.of(Signal.input(WideBound.of(5))), FLAT)))
                .isEqualTo(10);
    }

    @Test
    void normalizationsAreSteepNearConstantsAndBounded() {
        Layer.Norm norm = new Layer.Norm(new UpperBound(2), new UpperBound(3), 16, 1e-6);
        Signal global = norm.through(List.of(Signal.input()), TOKENS);
        assertThat(value(global)).isCloseTo(2000, within(1e-9));
        assertThat(global.radius()).isEqualTo(WideBound.of(2 * 4 + 3));
        Conditions spread = new Conditions(Metric.MAX_TOKEN_L2, 0.5, Conditions.Routing.ANY);
        assertThat(through(norm, spread)).isCloseTo(2 / Math.sqrt(0.25 + 1e-6), within(1e-12));
        assertThat(norm.assumptions(spread)).singleElement().asString().contains("0.5");
        Layer.Norm bare = new Layer.Norm(new UpperBound(2), NONE, 16, 0);
        assertThat(bare.through(List.of(Signal.input()), TOKENS).reason()).contains("epsilon 0");
        assertThat(through(bare, spread)).isCloseTo(4, within(1e-12));
    }

    @Test
    void nothingIsKnownBehindAnUnknownLayer() {
        Layer unknown = new Layer.Unknown("LSTM: recurrent layers have no rule");
        Graph graph = Graph.chain(List.of(linear(3, 3), unknown, linear(2, 2), Activation.RELU.layer()));
        Signal output = graph.output(Signal.input(), FLAT);
        assertThat(output.bound()).isEmpty();
        assertThat(output.reason()).isEqualTo("LSTM: recurrent layers have no rule");
        Graph beside = new Graph(List.of(
                new Graph.Node("a", linear(3, 3), List.of(Graph.INPUT)),
                new Graph.Node("b", unknown, List.of(Graph.INPUT)),
                new Graph.Node("sum", new Layer.Add(), List.of("a", "b"))));
        assertThat(beside.output(Signal.input(), FLAT).reason()).contains("LSTM");
    }

    @Test
    void aNormWithoutUpperEndGivesNoBound() {
        Layer power = new Layer.Linear(Interval.lowerOnly(1, 1.5), NONE);
        assertThat(Graph.chain(List.of(power)).output(Signal.input(), FLAT).reason())
                .contains("lower bound");
    }

    @Test
    void aLowerBoundSurvivesOnlyBehindRearrangements() {
        Layer flatten = new Layer.Reshape(Layer.Reshape.Move.ANYWHERE);
        Layer crop = new Layer.Reshape(Layer.Reshape.Move.SELECTION);
        assertThat(lower(flatten, linear(3, 4))).isEqualTo(3);
        assertThat(lower(flatten, linear(3, 4), flatten)).isEqualTo(3);
        assertThat(lower(linear(3, 4), linear(3, 4))).isZero();
        assertThat(lower(crop, linear(3, 4))).isZero();
        assertThat(lower(linear(3, 4), Activation.RELU.layer())).isZero();
        Interval norm = Interval.around(3, 3, 4, Certificate.RIGOROUS, 0);
        assertThat(lower(new Layer.Conv(norm, List.of()))).isZero();
    }

    private static double lower(Layer... layers) {
        LowerBound lower =
                Graph.chain(List.of(layers)).output(Signal.input(), FLAT).lower();
        return lower.value();
    }

    @Test
    void layersOverPositionsHaveNoRuleForTokens() {
        Layer conv = new Layer.Conv(Interval.around(1, 1, 1, Certificate.RIGOROUS, 0), List.of("stride unknown: 1"));
        assertThat(through(conv, FLAT)).isEqualTo(1);
        assertThat(conv.assumptions(FLAT)).containsExactly("stride unknown: 1");
        assertThat(conv.through(List.of(Signal.input()), TOKENS).reason()).contains("over positions");
        Layer flatten = new Layer.Reshape(Layer.Reshape.Move.ANYWHERE);
        assertThat(flatten.through(List.of(Signal.input()), TOKENS).reason()).contains("between tokens");
    }

    @Test
    void embeddingsAreAsSteepAsTwoOppositeRows() {
        Layer.Embedding embedding = new Layer.Embedding(new UpperBound(3));
        Signal signal = embedding.through(List.of(Signal.input()), TOKENS);
        assertThat(value(signal)).isCloseTo(6 / Math.sqrt(2), within(1e-14));
        assertThat(signal.radius()).isEqualTo(WideBound.of(3));
    }
}
