package org.normscope.testing.files;

import static org.normscope.testing.files.GraphProto.list;
import static org.normscope.testing.files.GraphProto.real;
import static org.normscope.testing.files.GraphProto.text;
import static org.normscope.testing.files.GraphProto.whole;

import java.util.List;

/** Small ONNX models with graphs of many kinds of nodes. */
public final class SmallGraphs {
    private SmallGraphs() {}

    /** All of them. */
    public static List<byte[]> all() {
        return List.of(image(), tokens(), shapes());
    }

    private static byte[] image() {
        return GraphProto.of("x", List.of("n", 2, 6, 6), "y")
                .floats("k", List.of(2, 1, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8)
                .floats("s", List.of(2), 1, 2)
                .floats("f", List.of(4), 1, 1, 2, 1.5)
                .wholes("p", 0, 0, 1, 1, 0, 0, 0, 1)
                .node("Pad", "x p", "a", text("mode", "reflect"))
                .node("Conv", "a k", "b", list("strides", 2, 1), whole("group", 2), text("auto_pad", "SAME_UPPER"))
                .node("BatchNormalization", "b s s s s", "c", real("epsilon", 0.1))
                .node("AveragePool", "c", "d", list("kernel_shape", 2, 2), whole("ceil_mode", 1))
                .node("Resize", "d - f", "e", text("mode", "linear"))
                .node("DepthToSpace", "e", "g", whole("blocksize", 1))
                .node("Split", "g", "h i", whole("axis", 1))
                .node("Concat", "i h", "j", whole("axis", 3))
                .node("ReduceSum", "j", "y", whole("keepdims", 0))
                .bytes();
    }

    private static byte[] tokens() {
        return new GraphProto()
                .input("ids", 7, List.of(1, 4))
                .output("y")
                .floats("e", List.of(3, 2), 1, 2, 3, 4, 5, 6)
                .floats("w", List.of(2, 2), 1, 2, 3, 4)
                .floats("one", List.of(), 1)
                .node("Gather", "e ids", "a")
                .node("MatMul", "a w", "b")
                .node("Erf", "b", "c")
                .node("Add", "c one", "d")
                .node("Mul", "b d", "f")
                .node("Tanh", "f", "g")
                .node("Mul", "g g", "h")
                .node("LayerNormalization", "h one", "y", whole("axis", 1))
                .bytes();
    }

    private static byte[] shapes() {
        Proto inner = new GraphProto().node("Relu", "x", "z").graph();
        return GraphProto.of("x", List.of("n", 3, "m"), "y")
                .integer("i", 1)
                .wholes("minus", -1)
                .wholes("at", 0)
                .wholes("to", 2)
                .node("Shape", "x", "s")
                .node("Gather", "s i", "n")
                .node("Unsqueeze", "n at", "n1")
                .node("Concat", "n1 minus", "t", whole("axis", 0))
                .node("Reshape", "x t", "a")
                .node("Slice", "a at to at", "b")
                .node("Expand", "b t", "c")
                .node("Tile", "b to", "d")
                .node("If", "i", "e", new Proto().text(1, "then_branch").message(6, inner))
                .node("Sum", "b c d e", "y")
                .bytes();
    }
}
