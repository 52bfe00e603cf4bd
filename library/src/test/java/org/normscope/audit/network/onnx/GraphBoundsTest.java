package org.normscope.audit.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.normscope.testing.files.GraphProto.list;
import static org.normscope.testing.files.GraphProto.real;
import static org.normscope.testing.files.GraphProto.text;
import static org.normscope.testing.files.GraphProto.whole;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.ModelBound;
import org.normscope.testing.files.GraphProto;
import org.normscope.testing.files.Proto;

/** Bounds of graphs of a few nodes, whose constants can be read off. */
class GraphBoundsTest {
    private static final double SLACK = 1e-3;

    /** From x [2, 4] to y. */
    private static GraphProto graph() {
        return GraphProto.of("x", List.of(2, 4), "y");
    }

    /** From x [1, 2, 4, 4] to y. */
    private static GraphProto image() {
        return GraphProto.of("x", List.of("n", 2, 4, 4), "y");
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

    private static GraphProto withMatrix(GraphProto graph) {
        return graph.floats("w", List.of(4, 3), 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0);
    }

    @Test
    void matrices() throws Exception {
        is(withMatrix(graph()).node("MatMul", "x w", "y"), 3);
        is(withMatrix(graph()).node("Gemm", "x w", "y", real("alpha", -2)), 6);
        is(withMatrix(graph()).node("Transpose", "w", "t").node("Gemm", "x t", "y", whole("transB", 1)), 3);
        GraphProto left = GraphProto.of("x", List.of(5, 3, 2), "y");
        is(withMatrix(left).node("MatMul", "w x", "y"), 3);
        is(withMatrix(graph().floats("c", List.of(3), 1, 2, 3)).node("Gemm", "x w c", "y", real("beta", 7)), 3);
        GraphProto summand = withMatrix(graph()).node("MatMul", "x w", "c");
        is(summand.node("Gemm", "x w c", "y", real("beta", -0.5)), 3 + 1.5);
    }

    @Test
    void matricesOnBothSidesDontMultiply() throws Exception {
        GraphProto both = GraphProto.of("x", List.of(2, 2), "y")
                .floats("a", List.of(2, 2), 1, 0, 0, 0)
                .floats("b", List.of(2, 2), 0, 0, 0, 1);
        is(both.node("MatMul", "x a", "u").node("MatMul", "b u", "y"), 1);
    }

    @Test
    void chainsOfMatricesGetTheLeastOfThreeBounds() throws Exception {
        GraphProto chain = graph().floats("a", List.of(4, 4), 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)
                .floats("b", List.of(4, 4), 5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)
                .floats("bias", List.of(4), 1, 1, 1, 1)
                .node("MatMul", "x a", "u")
                .node("Add", "bias u", "v")
                .node("Relu", "v", "r")
                .node("MatMul", "r b", "y");
        ModelBound model = AuditedGraph.bound(chain.bytes());
        assertThat(model.chain()).isNotNull();
        assertThat(AuditedGraph.value(model)).isLessThan(15.1);
    }

    @Test
    void sums() throws Exception {
        is(graph().node("Add", "x x", "y"), 2);
        is(graph().node("Neg", "x", "n").node("Sub", "x n", "y"), 2);
        is(graph().node("Sum", "x x x", "y"), 3);
        is(graph().node("Mean", "x x x", "y"), 1);
        is(graph().node("Relu", "x", "r").node("Max", "x r", "y"), Math.sqrt(2));
        is(graph().floats("c", List.of(), 2).node("Min", "x c", "y"), 1);
    }

    @Test
    void whatIsStretchedCountsAsOftenAsItComesUp() throws Exception {
        GraphProto rows = graph().node("ReduceMax", "x", "m", list("axes", 1));
        is(rows.node("Add", "x m", "y"), 1 + 2);
        is(graph().floats("c", List.of(9, 1, 1), new double[9]).node("Add", "x c", "y"), 3);
        is(graph().wholes("s", 4, 2, 4).node("Expand", "x s", "y"), 2);
        is(graph().wholes("r", 3, 3).node("Tile", "x r", "y"), 3);
        is(graph().wholes("i", 0, 3, 0, -4, 1).node("Gather", "x i", "y", whole("axis", 1)), Math.sqrt(3));
        is(graph().integer("i", 1).node("Gather", "x i", "y"), 1);
        GraphProto open = GraphProto.of("x", List.of("n", 4), "y").floats("c", List.of(9, 1), new double[9]);
        is(open.node("Add", "x c", "y"), 3);
        GraphProto two = GraphProto.of("x", List.of("n", 4), "y").input("z", 1, List.of("m", 4));
        assertThat(reason(two.node("Add", "x z", "y")))
                .contains("Add that may repeat a value any number of times ('Add_0')");
        GraphProto same = GraphProto.of("x", List.of("n", 4), "y").input("z", 1, List.of("n", 4));
        is(same.node("Add", "x z", "y"), 2);
    }

    @Test
    void productsByConstants() throws Exception {
        is(graph().floats("c", List.of(4), 1, -3, 2, 0).node("Mul", "x c", "y"), 3);
        is(graph().floats("c", List.of(4), 1, -0.25, 2, 4).node("Div", "x c", "y"), 4);
        is(graph().floats("c", List.of(), -3).node("Mul", "c x", "y"), 3);
        is(graph().floats("d", List.of(), 64).node("Sqrt", "d", "c").node("Div", "x c", "y"), 0.125);
        assertThat(reason(graph().floats("c", List.of(1), 0).node("Div", "x c", "y")))
                .contains("no inverse");
        assertThat(reason(graph().floats("c", List.of(1), Double.NaN).node("Mul", "x c", "y")))
                .contains("Mul by numbers that can't be told");
        assertThat(reason(graph().floats("c", List.of(1), 1).node("Div", "c x", "y")))
                .contains("Div by a value that depends on the input");
    }

    @Test
    void productsOfValuesNeedBounds() throws Exception {
        assertThat(reason(graph().node("Mul", "x x", "y"))).contains("Mul of two values that depend on the input");
        assertThat(reason(
                        graph().node("Sigmoid", "x", "s").node("Relu", "x", "r").node("Mul", "r s", "y")))
                .contains("not both bounded");
        is(graph().node("Tanh", "x", "t").node("Mul", "t t", "y"), 2);
        is(
                graph().floats("c", List.of(), 3)
                        .node("Tanh", "x", "t")
                        .node("Mul", "t c", "u")
                        .node("Sigmoid", "x", "s")
                        .node("Mul", "u s", "y"),
                3 * 0.25 + 3);
        GraphProto power =
                graph().floats("e", List.of(), 3).node("Sin", "x", "s").node("Pow", "s e", "y");
        is(power, 3);
        assertThat(reason(graph().floats("e", List.of(), 2).node("Pow", "x e", "y")))
                .contains("slope isn't bounded");
    }

    @Test
    void convolutionsAndPooling() throws Exception {
        GraphProto convolution = image().floats("k", List.of(1, 2, 1, 1), 3, 4);
        is(convolution.node("Conv", "x k", "y"), 5);
        GraphProto line = GraphProto.of("x", List.of(1, 1, 9), "y").floats("onnx::Conv_1", List.of(1, 1, 2), 1, -1);
        is(line.node("Conv", "x onnx::Conv_1", "y", list("dilations", 3)), 2);
        GraphProto strided = GraphProto.of("x", List.of(1, 1, 9), "y").floats("k", List.of(1, 1, 2), 1, -1);
        is(strided.node("Conv", "x k", "y", list("strides", 2)), Math.sqrt(2));
        is(image().node("MaxPool", "x", "y", list("kernel_shape", 3, 3), list("strides", 2, 2)), 2);
        is(image().node("MaxPool", "x", "y", list("kernel_shape", 2, 2)), 2);
        is(image().node("AveragePool", "x", "y", list("kernel_shape", 2, 2), list("strides", 2, 2)), 0.5);
        Proto[] padded = {list("kernel_shape", 2, 2), list("strides", 2, 2), list("pads", 1, 1, 1, 1)};
        is(image().node("AveragePool", "x", "y", padded), 1);
        is(image().node("GlobalAveragePool", "x", "y"), 0.25);
        is(image().node("GlobalMaxPool", "x", "y"), 1);
        assertThat(reason(image().floats("k", List.of(3, 2, 1, 1), 1, 1, 1, 1, 1, 1)
                        .node("Conv", "x k", "y", whole("group", 2))))
                .contains("Conv in groups that don't fit its kernel");
    }

    @Test
    void batchNormsAreFoldedOnlyWhereTheirChannelsAreTheRows() throws Exception {
        GraphProto folded =
                bn(withMatrix(GraphProto.of("x", List.of(2, 4), "y")).node("MatMul", "x w", "u"), 3);
        is(folded.node("BatchNormalization", "u s b m v", "y", real("epsilon", 0.25)), 4);
        GraphProto tokens =
                bn(withMatrix(GraphProto.of("x", List.of(2, 3, 4), "y")).node("MatMul", "x w", "u"), 3);
        is(tokens.node("BatchNormalization", "u s b m v", "y", real("epsilon", 0.25)), 3 * 4);
        assertThat(reason(bn(image(), 2).node("BatchNormalization", "x s b m v", "y", whole("training_mode", 1))))
                .contains("BatchNormalization in training mode");
    }

    /** Factors 0, 2 and 4 (or 0 and 2) at epsilon 1/4. */
    private static GraphProto bn(GraphProto graph, int channels) {
        double[] scale = {0, 2, 4};
        double[] variance = {0, 0.75, 0.75};
        List<Integer> dims = List.of(channels);
        return graph.floats("s", dims, Arrays.copyOf(scale, channels))
                .floats("b", dims, new double[channels])
                .floats("m", dims, new double[channels])
                .floats("v", dims, Arrays.copyOf(variance, channels));
    }

    @Test
    void normalizations() throws Exception {
        GraphProto layer = graph().floats("s", List.of(4), 1, -3, 2, 0).floats("b", List.of(4), 1, 1, 1, 1);
        is(layer.node("LayerNormalization", "x s b", "y", real("epsilon", 0.04)), 15);
        GraphProto instance = image().floats("s", List.of(2), 1, -3).floats("b", List.of(2), 1, 1);
        is(instance.node("InstanceNormalization", "x s b", "y", real("epsilon", 0.04)), 15);
    }

    @Test
    void paddingAndResizing() throws Exception {
        is(image().wholes("p", 0, 0, 1, 1, 0, 0, 1, 1).node("Pad", "x p", "y"), 1);
        is(image().wholes("p", 0, 0, 1, 1, 0, 0, 0, 1).node("Pad", "x p", "y", text("mode", "reflect")), Math.sqrt(6));
        is(image().wholes("p", 0, 0, 0, 3, 0, 0, 0, 1).node("Pad", "x p", "y", text("mode", "edge")), 2);
        GraphProto nearest = image().floats("f", List.of(4), 1, 1, 2, 3);
        Proto[] asymmetric = {
            text("mode", "nearest"), text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")
        };
        is(nearest.node("Resize", "x - f", "y", asymmetric), Math.sqrt(6));
        GraphProto linear = GraphProto.of("x", List.of("n", 2, "h", 4), "y").floats("f", List.of(4), 1, 1, 2, 2);
        is(linear.node("Resize", "x - f", "y", text("mode", "linear")), 2);
        GraphProto open = GraphProto.of("x", List.of("n", 2, "h", 4), "y").floats("f", List.of(4), 1, 1, 2.5, 2);
        assertThat(reason(open.node("Resize", "x - f", "y", text("mode", "linear"))))
                .contains("Resize of a dimension of unknown length");
        assertThat(reason(image().floats("f", List.of(4), 1, 1, 2, 2)
                        .node("Resize", "x - f", "y", text("mode", "cubic"))))
                .contains("Resize by cubic");
    }

    @Test
    void rearrangementsAndShapesThatAreComputed() throws Exception {
        GraphProto view = image().integer("zero", 0)
                .wholes("minus", -1)
                .wholes("front", 0)
                .node("Shape", "x", "s")
                .node("Gather", "s zero", "n")
                .node("Unsqueeze", "n front", "n1")
                .node("Concat", "n1 minus", "t", whole("axis", 0))
                .node("Reshape", "x t", "flat");
        GraphProto bias = view.floats("c", List.of(32), new double[32]);
        is(bias.node("Add", "flat c", "y"), 1);
        is(image().node("Transpose", "x", "t", list("perm", 0, 3, 1, 2)).node("Flatten", "t", "y"), 1);
        GraphProto parts =
                graph().node("Split", "x", "a b", whole("axis", 1)).node("Concat", "a b", "y", whole("axis", 1));
        is(parts, Math.sqrt(2));
        is(graph().wholes("s", 1).wholes("e", 99).node("Slice", "x s e", "y"), 1);
        is(graph().node("Identity", "x", "y"), 1);
        is(graph().node("Dropout", "x", "y"), 1);
    }

    @Test
    void tokensTakeRowsOfTables() throws Exception {
        GraphProto tokens = new GraphProto()
                .input("ids", 7, List.of("n", "t"))
                .input("mask", 7, List.of("n", "t"))
                .output("y")
                .floats("table", List.of(3, 2), 1, 0, 3, 4, 0, 0)
                .node("Gather", "table ids", "y");
        ModelBound model = AuditedGraph.bound(tokens.bytes());
        assertThat(AuditedGraph.value(model)).isBetween(5 * Math.sqrt(2), 7.08);
        assertThat(model.basis().assumptions())
                .contains("the input 'mask' is held fixed", "the input is 'ids', I64 [n, t]")
                .anyMatch(text -> text.contains("one-hot"));
        GraphProto numbers = new GraphProto()
                .input("ids", 7, List.of("n"))
                .output("y")
                .node("Cast", "ids", "f", whole("to", 1))
                .node("Relu", "f", "y");
        assertThat(reason(numbers)).contains("Cast of integers from outside");
    }

    @Test
    void severalInputsAndOutputsAreOneVectorEach() throws Exception {
        GraphProto two = graph().input("z", 1, List.of(2, 4)).output("v");
        GraphProto made = two.floats("c", List.of(), 3).node("Mul", "x c", "y").node("Add", "y z", "v");
        ModelBound model = AuditedGraph.bound(made.bytes());
        assertThat(AuditedGraph.value(model)).isBetween(5.0, 5.001);
        assertThat(model.basis().assumptions())
                .contains(
                        "the input is one vector of 'x', F32 [2, 4]; 'z', F32 [2, 4]",
                        "the output is one vector of 'y'; 'v'",
                        "layers are connected as the graph in the file says, in inference mode");
        GraphProto fixed = graph().floats("c", List.of(4), 1, 2, 3, 4).node("Relu", "c", "y");
        assertThat(AuditedGraph.value(AuditedGraph.bound(fixed.bytes()))).isLessThan(1e-300);
    }

    @Test
    void everyOperatorWithoutARuleIsNamed() throws Exception {
        GraphProto graph = graph().node("Exp", "x", "a")
                .node("Exp", "a", "b")
                .node("CumSum", "b", "c")
                .node("LSTM", "c", "d")
                .node("NoSuchThing", "x", "unused")
                .node("MatMul", "d d", "y");
        assertThat(reason(graph))
                .isEqualTo(
                        "no rule for Exp ('Exp_0', 'Exp_1'); no rule for CumSum ('CumSum_2'); no rule for LSTM ('LSTM_3');"
                                + " no rule for MatMul of two values that depend on the input ('MatMul_5')");
    }
}
