package org.normscope.audit.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.normscope.testing.files.GraphProto.list;
import static org.normscope.testing.files.GraphProto.real;
import static org.normscope.testing.files.GraphProto.text;
import static org.normscope.testing.files.GraphProto.whole;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.ModelBound;
import org.normscope.testing.files.GraphProto;

/** Functions of each entry in graphs, whole and taken apart, and reductions. */
class FunctionBoundsTest {
    private static final double SLACK = 1e-3;

    /** From x [2, 4] to y. */
    private static GraphProto graph() {
        return GraphProto.of("x", List.of(2, 4), "y");
    }

    private static void is(GraphProto graph, double expected) throws Exception {
        ModelBound model = AuditedGraph.bound(graph.bytes());
        assertThat(AuditedGraph.value(model)).isBetween(expected * (1 - 1e-9), expected * (1 + SLACK));
    }

    private static String reason(GraphProto graph) throws Exception {
        ModelBound model = AuditedGraph.bound(graph.bytes());
        assertThat(model.limit().upper()).isNull();
        return String.valueOf(model.limit().reason());
    }

    @Test
    void functionsThatExportersTakeApart() throws Exception {
        GraphProto constants = graph().floats("one", List.of(), 1)
                .floats("half", List.of(), 0.5)
                .floats("root", List.of(), Math.sqrt(2));
        is(
                constants
                        .node("Div", "x root", "d")
                        .node("Erf", "d", "e")
                        .node("Add", "e one", "g")
                        .node("Mul", "x half", "h")
                        .node("Mul", "h g", "y"),
                1.128904145186);
        is(graph().node("Sigmoid", "x", "s").node("Mul", "s x", "y"), 1.099839320129);
        is(graph().node("Softplus", "x", "p").node("Tanh", "p", "t").node("Mul", "x t", "y"), 1.088498161252);
        is(graph().node("HardSigmoid", "x", "h", real("alpha", 1 / 6.0)).node("Mul", "x h", "y"), 1.5);
        GraphProto hardswish = graph().floats("three", List.of(), 3)
                .floats("six", List.of(), 6)
                .floats("zero", List.of(), 0);
        is(
                hardswish
                        .node("Add", "x three", "a")
                        .node("Clip", "a zero six", "c")
                        .node("Mul", "x c", "p")
                        .node("Div", "p six", "y"),
                1.5);
        GraphProto tanh = graph().floats("c", List.of(), 0.044715)
                .floats("k", List.of(), Math.sqrt(2 / Math.PI))
                .floats("three", List.of(), 3)
                .floats("one", List.of(), 1)
                .floats("half", List.of(), 0.5);
        is(
                tanh.node("Pow", "x three", "q")
                        .node("Mul", "c q", "cq")
                        .node("Add", "x cq", "in")
                        .node("Mul", "k in", "kin")
                        .node("Tanh", "kin", "t")
                        .node("Add", "one t", "g")
                        .node("Mul", "x g", "xg")
                        .node("Mul", "xg half", "y"),
                1.1291);
    }

    /** h(u) = u (1 + tanh(u + r u³)) / 2 for every r that is taken for GELU's. */
    @Test
    void slopesOfGeluByTanhHoldWithinTheTolerance() {
        for (double slip : new double[] {-1e-5, 0, 1e-5}) {
            double r = 0.044715 * Math.PI / 2 * (1 + slip);
            for (double u = -6; u < 6; u += 1e-4) {
                double t = Math.tanh(u + r * u * u * u);
                double slope = (1 + t) / 2 + u * (1 - t * t) * (1 + 3 * r * u * u) / 2;
                assertThat(slope).isBetween(-0.1291, 1.1291);
            }
        }
    }

    @Test
    void functionsThatOnlyLookLikeThem() throws Exception {
        assertThat(reason(
                        graph().node("Relu", "x", "r").node("Sigmoid", "r", "s").node("Mul", "x s", "y")))
                .contains("Mul of two values");
        assertThat(reason(graph().floats("two", List.of(), 2)
                        .node("Erf", "x", "e")
                        .node("Add", "e two", "g")
                        .node("Mul", "x g", "y")))
                .contains("Mul of two values");
        assertThat(reason(graph().floats("one", List.of(), 1)
                        .node("Sigmoid", "x", "s")
                        .node("Add", "s one", "g")
                        .node("Mul", "x g", "y")))
                .contains("Mul of two values");
    }

    @Test
    void normalizationsThatExportersTakeApart() throws Exception {
        GraphProto norm = graph().floats("two", List.of(), 2)
                .floats("eps", List.of(), 0.04)
                .node("ReduceMean", "x", "m", list("axes", -1))
                .node("Sub", "x m", "d")
                .node("Pow", "d two", "q")
                .node("ReduceMean", "q", "v", list("axes", -1))
                .node("Add", "v eps", "ve")
                .node("Sqrt", "ve", "r");
        is(norm.node("Div", "d r", "y"), 5);
        GraphProto rms = graph().floats("one", List.of(), 1)
                .floats("eps", List.of(), 0.04)
                .node("Mul", "x x", "q")
                .node("ReduceMean", "q", "v", list("axes", 1))
                .node("Add", "eps v", "ve")
                .node("Sqrt", "ve", "r");
        is(rms.node("Div", "one r", "i").node("Mul", "i x", "y"), 5);
        GraphProto other = graph().floats("eps", List.of(), 0.04)
                .node("Relu", "x", "q")
                .node("ReduceMean", "q", "v", list("axes", 1))
                .node("Add", "eps v", "ve")
                .node("Sqrt", "ve", "r");
        assertThat(reason(other.node("Div", "x r", "y")))
                .contains("no rule for Sqrt")
                .contains("no rule for Div");
    }

    @Test
    void functions() throws Exception {
        is(graph().node("Elu", "x", "y", real("alpha", 3)), 3);
        is(graph().node("Elu", "x", "y", real("alpha", -3)), 3);
        is(graph().node("Selu", "x", "y"), 1.758099346);
        is(graph().node("LeakyRelu", "x", "y", real("alpha", -5)), 5);
        is(graph().floats("s", List.of(4), 0.5, -2, 1, 1).node("PRelu", "x s", "y"), 2);
        is(graph().node("HardSigmoid", "x", "y", real("alpha", -0.5)), 0.5);
        is(graph().node("Erf", "x", "y"), 2 / Math.sqrt(Math.PI));
        is(graph().node("Softmax", "x", "y"), 0.5);
        is(graph().node("LogSoftmax", "x", "y"), 2);
        is(graph().opset(11).node("LogSoftmax", "x", "y", whole("axis", 0)), Math.sqrt(8));
        is(graph().node("Clip", "x", "y"), 1);
        is(graph().opset(6 + 14).node("Gelu", "x", "y", text("approximate", "tanh")), 1.128993068659);
        is(graph().node("Cast", "x", "y", whole("to", 10)), 1);
        assertThat(reason(graph().node("Cast", "x", "y", whole("to", 7)))).contains("Cast to integers");
        assertThat(reason(graph().node("Shrink", "x", "y"))).contains("Shrink that jumps");
    }

    @Test
    void reductions() throws Exception {
        is(graph().node("ReduceMean", "x", "y", list("axes", 1)), 0.5);
        is(graph().node("ReduceMean", "x", "y"), 1 / Math.sqrt(8));
        is(graph().wholes("a", -1).node("ReduceSum", "x a", "y"), 2);
        is(graph().node("ReduceL2", "x", "y"), 1);
        is(GraphProto.of("x", List.of("n", 4), "y").node("ReduceMean", "x", "y", list("axes", 0)), 1);
        assertThat(reason(GraphProto.of("x", List.of("n", 4), "y").node("ReduceSum", "x", "y")))
                .contains("ReduceSum over an unknown number of entries");
        is(graph().node("ReduceSum", "x", "y", whole("noop_with_empty_axes", 1)), 1);
    }
}
