package org.normscope.format.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.GraphProto;
import org.normscope.testing.files.Proto;

class OnnxGraphTest {
    private static OnnxGraph read(byte[] model) throws BadCheckpointException, IOException {
        return OnnxGraph.read(new MemoryStorage().with("d/x.onnx", model), "d/x.onnx");
    }

    private static OnnxGraph.Node only(GraphProto model) throws BadCheckpointException, IOException {
        return read(model.bytes()).nodes().get(0);
    }

    private static Attribute attribute(Proto attribute) throws BadCheckpointException, IOException {
        return Objects.requireNonNull(only(new GraphProto().node("Op", "x", "y", attribute))
                .attributes()
                .get("a"));
    }

    private static Constant constant(Proto tensor) throws BadCheckpointException, IOException {
        byte[] model = new Proto()
                .number(1, 8)
                .message(7, new Proto().message(5, tensor.text(8, "c")))
                .bytes();
        return Objects.requireNonNull(read(model).initializers().get("c"));
    }

    @Test
    void readsNodesInputsAndOutputs() throws Exception {
        OnnxGraph graph = read(GraphProto.of("x", List.of("batch", 3, ""), "z")
                .opset(13)
                .floats("w", List.of(2, 1), 0.5, -3)
                .input("w", 1, List.of(2, 1))
                .node("MatMul", "x w", "y")
                .node("Clip", "y - w", "z")
                .bytes());
        assertThat(graph.opset()).isEqualTo(13);
        assertThat(graph.inputs()).extracting(OnnxGraph.Input::name).containsExactly("x");
        OnnxGraph.Input input = graph.inputs().get(0);
        assertThat(input.dtype()).isEqualTo(DType.F32);
        assertThat(input.dims()).extracting(Dim::toString).containsExactly("batch", "3", "?");
        assertThat(graph.outputs()).containsExactly("z");
        assertThat(graph.nodes()).extracting(OnnxGraph.Node::label).containsExactly("MatMul_0", "Clip_1");
        assertThat(graph.nodes().get(1).inputs()).containsExactly("y", "", "w");
        assertThat(graph.nodes().get(1).index()).isEqualTo(1);
        Constant w = graph.initializers().get("w");
        assertThat(w).isNotNull();
        assertThat(w.shape()).isEqualTo(Shape.of(2, 1));
        assertThat(w.reals()).contains(List.of(0.5, -3.0));
    }

    @Test
    void openDimensionsWithoutANameAreAllDifferent() throws Exception {
        List<Dim> dims = read(GraphProto.of("x", List.of("", "?", "n", "n"), "x")
                        .bytes())
                .inputs()
                .get(0)
                .dims();
        assertThat(dims).hasSize(4);
        assertThat(new HashSet<>(Objects.requireNonNull(dims))).hasSize(3);
    }

    @Test
    void readsAttributes() throws Exception {
        OnnxGraph.Node node = only(new GraphProto()
                .node(
                        "Op",
                        "x",
                        "y",
                        GraphProto.whole("i", -1),
                        GraphProto.real("f", 0.25),
                        GraphProto.text("s", "reflect"),
                        GraphProto.list("ints", 1, -2)));
        assertThat(node.whole("i")).hasValue(-1);
        assertThat(node.real("f")).contains(0.25);
        assertThat(node.text("s")).contains("reflect");
        assertThat(node.wholes("ints")).contains(List.of(1L, -2L));
        assertThat(node.whole("f")).isEmpty();
        assertThat(node.real("no")).isEmpty();
        assertThat(node.text("i")).isEmpty();
        assertThat(node.wholes("i")).isEmpty();
        assertThat(node.hasSubgraph()).isFalse();
        assertThat(attribute(new Proto().text(1, "a").content(8, new byte[] {5, (byte) 0xac, 2})))
                .isEqualTo(new Attribute.Wholes(List.of(5L, 300L)));
        assertThat(attribute(new Proto().text(1, "a").content(7, new byte[] {0, 0, (byte) 0x80, 0x3f})))
                .isEqualTo(new Attribute.Reals(List.of(1.0)));
    }

    @Test
    void theTypeOfAnAttributeDecides() throws Exception {
        assertThat(attribute(new Proto().text(1, "a").number(20, 2))).isEqualTo(new Attribute.Whole(0));
        assertThat(attribute(new Proto().text(1, "a").number(3, 7))).isEqualTo(new Attribute.Whole(7));
        assertThat(attribute(new Proto().text(1, "a").number(3, 7).text(4, "x").number(20, 2)))
                .isInstanceOf(Attribute.Other.class);
        assertThat(attribute(new Proto().text(1, "a").number(3, 7).number(20, 99)))
                .isInstanceOf(Attribute.Other.class);
        assertThat(attribute(new Proto().text(1, "a").text(21, "of").number(20, 2)))
                .isInstanceOf(Attribute.Other.class);
        assertThat(attribute(new Proto().text(1, "a").text(4, "x".repeat(5000)).number(20, 3)))
                .isEqualTo(new Attribute.Other("too large"));
        assertThat(attribute(new Proto().text(1, "a").content(8, new byte[5000]).number(20, 7)))
                .isEqualTo(new Attribute.Other("too large"));
    }

    @Test
    void graphsWithinNodesAreSeenAndNotEntered() throws Exception {
        Proto inner = new GraphProto().node("Relu", "x", "y").graph();
        OnnxGraph.Node node = only(new GraphProto()
                .node(
                        "If",
                        "c",
                        "y",
                        new Proto().text(1, "then_branch").message(6, inner).number(20, 2)));
        assertThat(node.hasSubgraph()).isTrue();
    }

    @Test
    void aConstantNodesTensorHasTheNameOfItsOutput() throws Exception {
        Proto value = new Proto()
                .text(1, "value")
                .message(5, new Proto().number(2, 1).content(9, new byte[] {0, 0, 0, 0x40}))
                .number(20, 4);
        OnnxGraph.Node node = only(new GraphProto().node("Constant", "", "two", value));
        assertThat(node.attributes().get("value"))
                .isEqualTo(new Attribute.Tensor(
                        new Constant("two", DType.F32, Shape.of(), Optional.of(List.of(2.0)), Optional.empty())));
    }

    @Test
    void smallTensorsHaveTheirValues() throws Exception {
        byte[] half = {0x00, 0x3c, 0x00, (byte) 0xc0, 0x01, 0x00};
        assertThat(constant(new Proto().number(1, 3).number(2, 10).content(9, half))
                        .reals())
                .contains(List.of(1.0, -2.0, 0x1p-24));
        assertThat(constant(new Proto().number(1, 2).number(2, 7).number(7, 5).number(7, -3))
                        .wholes())
                .contains(List.of(5L, -3L));
        assertThat(constant(new Proto().number(1, 2).number(2, 9).content(9, new byte[] {1, 0}))
                        .wholes())
                .contains(List.of(1L, 0L));
        assertThat(constant(new Proto().number(1, 1).number(2, 11).content(10, new byte[8]))
                        .reals())
                .contains(List.of(0.0));
        assertThat(constant(new Proto().number(1, 1).number(2, 10).number(5, 0x3c00))
                        .reals())
                .isEmpty();
    }

    @Test
    void largeTensorsHaveNone() throws Exception {
        Constant large = constant(new Proto().number(1, 5000).number(2, 1).content(9, new byte[20_000]));
        assertThat(large.shape()).isEqualTo(Shape.of(5000));
        assertThat(large.reals()).isEmpty();
        Proto external = new Proto().number(1, 1).number(2, 1).number(14, 1);
        assertThat(constant(external.message(13, new Proto().text(1, "location").text(2, "w")))
                        .reals())
                .isEmpty();
    }

    @Test
    void namesFunctionsAndOtherDomains() throws Exception {
        byte[] model = new Proto()
                .number(1, 8)
                .message(7, new Proto().message(1, new Proto().text(4, "Relu").text(7, "ai.onnx")))
                .message(8, new Proto().text(1, "com.example").number(2, 3))
                .message(8, new Proto().text(1, "ai.onnx").number(2, 12))
                .message(25, new Proto().text(1, "Norm").text(10, "com.example"))
                .bytes();
        OnnxGraph graph = read(model);
        assertThat(graph.opset()).isEqualTo(12);
        assertThat(graph.nodes().get(0).domain()).isEmpty();
        assertThat(graph.nodes().get(0).label()).isEqualTo("Relu#0");
        assertThat(graph.functions()).containsExactly("com.example.Norm");
    }

    @Test
    void aGraphWithoutEndIsRefusedBeforeItIsHeld() {
        Proto nodes = new Proto();
        byte[] none = new byte[0];
        for (int i = 0; i < 50_001; i++) {
            nodes.content(1, none);
        }
        refuses(new Proto().message(7, nodes).bytes(), "more than 50000 nodes");
        Proto names = new Proto();
        for (int i = 0; i < 1_000_001; i++) {
            names.content(1, none);
        }
        refuses(new Proto().message(7, new Proto().message(1, names)).bytes(), "more than 1000000 names");
        Proto long1 = new Proto().text(1, "n".repeat(60_000));
        Proto many = new Proto();
        for (int i = 0; i < 600; i++) {
            many.message(1, long1);
        }
        refuses(new Proto().message(7, many).bytes(), "bytes of names");
    }

    @Test
    void saysWhereAGraphIsDamaged() {
        Proto bad = new Proto().content(1, new byte[] {(byte) 0xff});
        refuses(new Proto().message(7, new Proto().message(1, bad)).bytes(), "not UTF-8");
        Proto cut = new Proto().text(1, "a").content(8, new byte[] {(byte) 0xff});
        refuses(
                new Proto()
                        .message(7, new Proto().message(1, new Proto().message(5, cut)))
                        .bytes(),
                "integers that are none");
    }

    private static void refuses(byte[] model, String words) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> read(model))
                .withMessageStartingWith("d/x.onnx, byte ")
                .withMessageContaining(words);
    }
}
