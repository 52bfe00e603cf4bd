package org.normscope.audit.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.normscope.testing.files.GraphProto.list;
import static org.normscope.testing.files.GraphProto.real;
import static org.normscope.testing.files.GraphProto.text;
import static org.normscope.testing.files.GraphProto.whole;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.result.ModelBound;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.GraphProto;
import org.normscope.testing.files.Proto;
import org.normscope.testing.files.SmallGraphs;

/** Graphs that mean harm: the bound is lost, with the reason, and nothing else. */
class HostileGraphsTest {
    private static GraphProto graph() {
        return GraphProto.of("x", List.of(2, 4), "y");
    }

    private static String reason(byte[] model) throws Exception {
        ModelBound bound = AuditedGraph.bound(model);
        assertThat(bound.limit().upper()).isNull();
        return String.valueOf(bound.limit().reason());
    }

    private static String reason(GraphProto graph) throws Exception {
        return reason(graph.bytes());
    }

    @Test
    void graphsThatAreNoneSayWhichNodeIsWrong() throws Exception {
        assertThat(reason(graph().node("Relu", "b", "a").node("Add", "a x", "b").node("Relu", "x", "y")))
                .isEqualTo("the node 'Relu_0' is part of a circle, or behind one");
        assertThat(reason(graph().node("Relu", "y", "y"))).contains("circle");
        assertThat(reason(graph().node("Add", "x q", "y")))
                .isEqualTo("the node 'Add_0' takes 'q', which nothing makes");
        assertThat(reason(graph().node("Relu", "x", "a"))).isEqualTo("the output 'y' is made by nothing");
        assertThat(reason(graph().node("Relu", "x", "y").node("Abs", "x", "y")))
                .isEqualTo("the node 'Abs_1' makes 'y', which is there already");
        assertThat(reason(graph().node("Relu", "y", "x"))).contains("makes 'x', which is there already");
    }

    @Test
    void matricesHaveTheirNormsAllTheSame() throws Exception {
        byte[] model = graph().floats("w", List.of(2, 2), 3, 0, 0, 1)
                .node("Relu", "nothing", "y")
                .bytes();
        MemoryStorage storage = new MemoryStorage().with("d/x.onnx", model);
        Checkpoint checkpoint = Checkpoints.open(storage, "d/x.onnx");
        assertThat(checkpoint.tensors()).hasSize(1);
        assertThat(OnnxStructure.of(storage, checkpoint)).isInstanceOf(Structure.Failed.class);
    }

    @Test
    void nodesInAnyOrderAreSorted() throws Exception {
        GraphProto backwards =
                graph().floats("c", List.of(), 3).node("Mul", "a c", "y").node("Relu", "x", "a");
        assertThat(AuditedGraph.value(AuditedGraph.bound(backwards.bytes()))).isBetween(3.0, 3.001);
    }

    @Test
    void longChainsAndManyNodes() throws Exception {
        GraphProto chain = graph();
        for (int i = 0; i < 20_000; i++) {
            chain.node("Relu", i == 0 ? "x" : "v" + i, i == 19_999 ? "y" : "v" + (i + 1));
        }
        assertThat(AuditedGraph.value(AuditedGraph.bound(chain.bytes()))).isEqualTo(1);
        GraphProto many = graph();
        for (int i = 0; i < 50_001; i++) {
            many.node("Relu", "x", "v" + i);
        }
        assertThat(reason(many)).contains("more than 50000 nodes");
        GraphProto named = graph();
        for (int i = 0; i < 5000; i++) {
            named.node(new Proto()
                    .text(1, "x")
                    .text(2, i == 4999 ? "y" : "v" + i)
                    .text(3, "same")
                    .text(4, "Relu"));
        }
        assertThat(AuditedGraph.value(AuditedGraph.bound(named.bytes()))).isEqualTo(1);
    }

    @Test
    void whatMayDoAnythingHasNoRule() throws Exception {
        Proto inner = new GraphProto().node("Exp", "x", "z").output("z").graph();
        Proto branch = new Proto().text(1, "then_branch").message(6, inner);
        assertThat(reason(graph().integer("c", 1).node("If", "c", "y", branch)))
                .isEqualTo("no rule for If with graphs of its own ('If_0')");
        assertThat(reason(graph().node(new Proto()
                        .text(1, "x")
                        .text(2, "y")
                        .text(3, "r")
                        .text(4, "Relu")
                        .text(7, "evil"))))
                .isEqualTo("no rule for evil.Relu ('r')");
        assertThat(reason(
                        graph().wholes("s", 2, 4).node("RandomNormal", "", "r").node("Add", "r x", "y")))
                .contains("no rule for RandomNormal of random numbers");
        assertThat(reason(graph().opset(6).node("Relu", "x", "y"))).contains("Relu of opset 6, before 7");
        byte[] redefined = new Proto()
                .number(1, 8)
                .message(7, graph().node("Relu", "x", "y").graph())
                .message(8, new Proto().number(2, 17))
                .message(25, new Proto().text(1, "Relu"))
                .bytes();
        assertThat(reason(redefined)).isEqualTo("no rule for Relu as the model itself defines it ('Relu_0')");
        assertThat(reason(graph().integer("t", 1).node("Dropout", "x - t", "y")))
                .contains("in training mode");
    }

    static Stream<GraphProto> nonsense() {
        long[] huge = new long[5000];
        return Stream.of(
                graph().node("Transpose", "x", "y", list("perm", 9, -7)),
                graph().node("Transpose", "x", "y", list("perm", huge)),
                graph().node("Flatten", "x", "y", whole("axis", 99)),
                graph().node("Concat", "x x", "y", whole("axis", -99)),
                graph().wholes("i", 5, -99, Long.MIN_VALUE).node("Gather", "x i", "y", whole("axis", 77)),
                graph().wholes("s", Long.MIN_VALUE)
                        .wholes("e", Long.MAX_VALUE)
                        .wholes("t", 0)
                        .node("Slice", "x s e s t", "y"),
                graph().wholes("s", -5, 0, Long.MAX_VALUE).node("Reshape", "x s", "y"),
                graph().wholes("s", Long.MAX_VALUE, Long.MAX_VALUE).node("Expand", "x s", "y"),
                graph().wholes("r", Long.MAX_VALUE, -1).node("Tile", "x r", "y"),
                graph().wholes("p", Long.MAX_VALUE, 1, 1, Long.MIN_VALUE).node("Pad", "x p", "y", text("mode", "edge")),
                graph().wholes("p", Long.MAX_VALUE, 1, 1, Long.MIN_VALUE).node("Pad", "x p", "y"),
                graph().wholes("a", huge).node("Unsqueeze", "x a", "y"),
                graph().node("DepthToSpace", "x", "y", whole("blocksize", 0)),
                graph().floats("f", List.of(2), Double.NaN, 1e30).node("Resize", "x - f", "y"),
                graph().floats("f", List.of(2), 1e-30, 1 << 19).node("Resize", "x - f", "y"),
                graph().node("MaxPool", "x", "y", list("kernel_shape", 0), list("strides", -1)),
                graph().node("AveragePool", "x", "y", list("kernel_shape", 1 << 30, 1 << 30)),
                graph().floats("k", List.of(1, 1, 1), 1).node("Conv", "x k", "y", whole("group", 0)),
                graph().floats("k", List.of(1, 4, 1), 1, 1, 1, 1).node("Conv", "x k", "y", list("strides", 0)),
                graph().node("Split", "x", "y", whole("axis", 50)),
                graph().node("LogSoftmax", "x", "y", whole("axis", 50)),
                graph().node("Elu", "x", "y", real("alpha", Double.NaN)),
                graph().node("LeakyRelu", "x", "y", text("alpha", "steep")),
                graph().node("Add", "x", "y"),
                graph().node("MatMul", "x", "y"),
                graph().node("Gemm", "-", "y"),
                graph().node("Clip", "x x x", "y"),
                graph().floats("w", List.of(3), 1, 2, 3).node("MatMul", "x w", "y"),
                graph().floats("w", List.of(1, 4, 3), new double[12]).node("MatMul", "x w", "y"),
                GraphProto.of("x", List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), "y")
                        .node("ReduceSum", "x", "y"),
                GraphProto.of("x", List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 3), "y")
                        .node("Flatten", "x", "y"));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void nonsenseHasNoBoundOrAHarmlessOne(GraphProto graph) throws Exception {
        ModelBound bound = AuditedGraph.bound(graph.bytes());
        assertThat(bound.limit().upper() == null).isEqualTo(bound.limit().reason() != null);
    }

    @Test
    void constantsThatDoubleDontGrowWithoutEnd() throws Exception {
        GraphProto doubling = graph().wholes("c0", 1, 2);
        for (int i = 0; i < 200; i++) {
            doubling.node("Concat", "c" + i + " c" + i, "c" + (i + 1), whole("axis", 0));
            doubling.node("Unsqueeze", "x c0", "u" + i);
        }
        assertThat(AuditedGraph.value(AuditedGraph.bound(
                        doubling.node("Reshape", "x c200", "y").bytes())))
                .isEqualTo(1);
    }

    @Test
    void damagedGraphsAreRejectedOrReadAndNothingElse() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<byte[]> seeds = SmallGraphs.all();
        for (int i = 0; i < 2000; i++) {
            byte[] model = seeds.get(i % seeds.size()).clone();
            IntStream.range(0, 1 + random.nextInt(4))
                    .forEach(flip -> model[random.nextInt(model.length)] = (byte) random.nextInt());
            MemoryStorage storage = new MemoryStorage().with("d/x.onnx", model);
            try {
                assertThat(OnnxStructure.of(storage, Checkpoints.open(storage, "d/x.onnx")))
                        .isNotNull();
            } catch (BadCheckpointException e) {
                assertThat(e.getMessage()).as("seed %d, %d", seed, i).doesNotContain("\n");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", model " + i, e);
            }
        }
    }
}
