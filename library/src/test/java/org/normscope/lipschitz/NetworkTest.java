package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Layer.Attention.Head;
import org.normscope.lipschitz.Layer.Attention.Scores;

/** A small pre-norm transformer whose numbers follow MATH.md 4.6 by hand. */
class NetworkTest {
    private static final int WIDTH = 16;
    private static final double EPSILON = 1e-6;
    private static final UpperBound NONE = new UpperBound(0);
    private static final Layer.Norm NORM = new Layer.Norm(new UpperBound(1), NONE, WIDTH, EPSILON);
    private static final double R = 4;

    private static Layer.Attention attention() {
        Layer.Projection two = Layer.Projection.unbiased(new UpperBound(2));
        Head head = new Head(two, two, two, new UpperBound(3), new UpperBound(0.5));
        return new Layer.Attention(
                List.of(head), two, new Scores(new UpperBound(0.5), Scores.Positions.ELSEWHERE, null, null));
    }

    private static Layer.GatedMlp mlp() {
        Layer.Projection one = Layer.Projection.unbiased(new UpperBound(1));
        Layer.GatedMlp.Branch branch = new Layer.GatedMlp.Branch(one, new UpperBound(0.25), NONE);
        return new Layer.GatedMlp(branch, branch, one, null, Activation.SILU.layer());
    }

    private static Network.Block block(String name) {
        return new Network.Block(
                name,
                new Graph(List.of(
                        new Graph.Node("norm1", NORM, List.of(Graph.INPUT)),
                        new Graph.Node("attention", attention(), List.of("norm1")),
                        new Graph.Node("middle", new Layer.Add(), List.of("attention", Graph.INPUT)),
                        new Graph.Node("norm2", NORM, List.of("middle")),
                        new Graph.Node("mlp", mlp(), List.of("norm2")),
                        new Graph.Node("out", new Layer.Add(), List.of("mlp", "middle")))));
    }

    private static final double ATTENTION = 0.5 * (1 + 2 * 3 * R * R * 0.5);
    private static final double MLP = R * (1.099839320129 * 0.25 + 0.25);

    @Test
    void blocksHaveConstantsOfTheirOwnAndTheStreamGrowsLinearly() {
        Network network = new Network(List.of(block("0"), block("1"), block("2")));
        Conditions spread = new Conditions(Metric.MAX_TOKEN_L2, 0.5, Conditions.Routing.ANY);
        Network.Bounds bounds = network.bounds(Signal.input(WideBound.of(2)), spread);
        double local = (1 + ATTENTION / Math.sqrt(0.25 + EPSILON)) * (1 + MLP / Math.sqrt(0.25 + EPSILON));
        double alone = (1 + ATTENTION / Math.sqrt(EPSILON)) * (1 + MLP / Math.sqrt(EPSILON));
        double step = 0.5 * R + R * R * 0.25;
        for (int b = 0; b < 3; b++) {
            Network.BlockBound block = bounds.blocks().get(b);
            assertThat(value(block.local())).isCloseTo(local, within(1e-9 * local));
            assertThat(value(block.alone())).isCloseTo(alone, within(1e-9 * alone));
            WideBound radius = block.after().radius();
            assertThat(radius).isNotNull();
            assertThat(radius == null ? 0 : radius.narrow().orElseThrow().value())
                    .isCloseTo(2 + (b + 1) * step, within(1e-9));
        }
        assertThat(bounds.output().bound().orElseThrow().log10()).isCloseTo(3 * Math.log10(alone), within(1e-8));
        assertThat(network.assumptions(spread)).hasSize(1);
        assertThat(network.assumptions(Conditions.global(Metric.MAX_TOKEN_L2))).isEmpty();
    }

    @Test
    void contributorsAreSortedByTheirOwnConstant() {
        Network network = new Network(List.of(block("a")));
        Network.Bounds bounds = network.bounds(Signal.input(), Conditions.global(Metric.MAX_TOKEN_L2));
        assertThat(bounds.contributions())
                .extracting(Network.Contribution::layer)
                .containsExactly("norm1", "norm2", "attention", "mlp");
        assertThat(bounds.contributions().get(2).gain().narrow().orElseThrow().value())
                .isCloseTo(ATTENTION, within(1e-9));
    }

    @Test
    void aBlockWithoutBoundLeavesTheOthersTheirs() {
        Network.Block recurrent = new Network.Block("lstm", Graph.chain(List.of(new Layer.Unknown("LSTM: no rule"))));
        Network network = new Network(List.of(block("0"), recurrent, block("2")));
        Network.Bounds bounds = network.bounds(Signal.input(), Conditions.global(Metric.MAX_TOKEN_L2));
        assertThat(bounds.output().reason()).isEqualTo("LSTM: no rule");
        assertThat(bounds.blocks().get(0).alone().bound()).isPresent();
        assertThat(bounds.blocks().get(1).alone().bound()).isEmpty();
        assertThat(bounds.blocks().get(2).alone().bound()).isPresent();
        assertThatIllegalArgumentException().isThrownBy(() -> new Network(List.of()));
    }

    private static double value(Signal signal) {
        return signal.bound().orElseThrow().narrow().orElseThrow().value();
    }
}
