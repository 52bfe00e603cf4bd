package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.bound.UpperBound;

class GraphTest {
    private static final Layer RELU = Activation.RELU.layer();

    private static Graph.Node node(String name, Layer layer, String... inputs) {
        return new Graph.Node(name, layer, List.of(inputs));
    }

    private static void rejects(String message, Graph.Node... nodes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Graph(List.of(nodes)))
                .withMessageContaining(message);
    }

    @Test
    void namesWhatIsWrong() {
        rejects("without a layer");
        rejects("a takes its input from b", node("a", RELU, "b"), node("b", RELU, "a"));
        rejects("a takes its input from a", node("a", RELU, "a"));
        rejects("two layers are named a", node("a", RELU, "input"), node("a", RELU, "a"));
        rejects("two layers are named input", node("input", RELU, "input"));
        rejects("a has 2 inputs", node("a", RELU, "input", "input"));
        rejects("a has 0 inputs", node("a", new Layer.Add()));
        rejects("a has 1 inputs", node("a", new Layer.Multiply(), "input"));
        rejects("nothing takes the output of [a]", node("a", RELU, "input"), node("b", RELU, "input"));
    }

    @Test
    void showsEveryStep() {
        Graph graph = new Graph(List.of(node("a", RELU, "input"), node("b", new Layer.Add(), "a", "input")));
        List<Graph.Step> steps = graph.evaluate(Signal.input(), Conditions.global(Metric.L2));
        assertThat(steps).extracting(step -> step.node().name()).containsExactly("a", "b");
        assertThat(steps.get(1).inputs()).containsExactly(steps.get(0).output(), Signal.input());
        assertThat(steps.get(1).output().bound().orElseThrow().log10()).isBetween(Math.log10(2), 0.30103);
    }

    @Test
    void assumptionsAreListedOnce() {
        Layer norm = new Layer.Norm(new UpperBound(1), new UpperBound(0), 4, 1e-5);
        Conditions spread = new Conditions(Metric.MAX_TOKEN_L2, 0.1, Conditions.Routing.ANY);
        assertThat(Graph.chain(List.of(norm, RELU, norm)).assumptions(spread)).hasSize(1);
    }
}
