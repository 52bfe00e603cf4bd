package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.GraphProto;
import org.normscope.testing.files.Proto;

/** A graph of random nodes that fit each other, small enough to be run in plain loops. */
final class RandomGraph {
    private static final int MOST_ENTRIES = 200;
    private static final List<String> FUNCTIONS = List.of(
            "Relu",
            "Sigmoid",
            "Tanh",
            "Abs",
            "Neg",
            "Softplus",
            "Erf",
            "Sin",
            "HardSwish",
            "Mish",
            "Softsign",
            "Identity");
    private static final List<String> PAIRS = List.of("Add", "Sub", "Max", "Min", "Mul", "Mean");
    private static final List<String> REDUCTIONS =
            List.of("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceLogSumExp");

    private final Random random;
    private final List<Integer> input;
    private final List<Object> stated = new ArrayList<>();
    private final List<UnaryOperator<GraphProto>> steps = new ArrayList<>();
    private final List<String> values = new ArrayList<>(List.of("x"));
    private int made;

    private RandomGraph(Random random, List<Integer> input) {
        this.random = random;
        this.input = input;
        // Some dimensions are left open; of those, equal ones may have the same name.
        boolean sharesNames = random.nextBoolean();
        for (int i = 0; i < input.size(); i++) {
            boolean isOpen = random.nextInt(4) == 0;
            stated.add(isOpen ? "d" + (sharesNames ? "of" + input.get(i) : i) : input.get(i));
        }
    }

    /** A graph with so many nodes, or somewhat more. */
    static RandomGraph of(Random random, int nodes) {
        List<List<Integer>> shapes =
                List.of(List.of(2, 3), List.of(1, 2, 5), List.of(1, 2, 4, 4), List.of(3, 1, 2), List.of(1, 4, 3, 3));
        RandomGraph graph = new RandomGraph(random, shapes.get(random.nextInt(shapes.size())));
        for (int i = 0; i < 60 && graph.steps.size() < nodes; i++) {
            graph.tryStep();
        }
        return graph;
    }

    List<Integer> input() {
        return input;
    }

    byte[] bytes() {
        return bytes(values.get(values.size() - 1), steps);
    }

    private byte[] bytes(String output, List<UnaryOperator<GraphProto>> all) {
        GraphProto proto = GraphProto.of("x", stated, output);
        for (UnaryOperator<GraphProto> step : all) {
            proto = step.apply(proto);
        }
        return proto.bytes();
    }

    static OnnxGraph read(byte[] model) {
        try {
            return OnnxGraph.read(new MemoryStorage().with("x", model), "x");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Keeps a step if the loops can run it, and what comes out is small and of ordinary size. */
    private void tryStep() {
        String output = "v" + made++;
        List<UnaryOperator<GraphProto>> all = new ArrayList<>(steps);
        UnaryOperator<GraphProto> step = step(output);
        all.add(step);
        double[] y;
        try {
            GraphLoops loops = new GraphLoops(read(bytes(output, all)));
            y = loops.run(
                    LoopTensor.of(input, random.doubles(LoopTensor.size(dims())).toArray()));
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | ArithmeticException
                | NegativeArraySizeException e) {
            return;
        }
        boolean isFine = y.length > 0 && y.length <= MOST_ENTRIES;
        for (double value : y) {
            isFine &= Double.isFinite(value);
        }
        if (isFine) {
            steps.add(step);
            values.add(output);
        }
    }

    private int[] dims() {
        return input.stream().mapToInt(Integer::intValue).toArray();
    }

    private String any() {
        // Mostly the last ones, so that graphs are deep, and sometimes any.
        int back = random.nextInt(3) == 0 ? random.nextInt(values.size()) : random.nextInt(Math.min(2, values.size()));
        return values.get(values.size() - 1 - back);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private UnaryOperator<GraphProto> step(String out) {
        String a = any();
        return switch (random.nextInt(22)) {
            case 0, 1 -> node(one(FUNCTIONS), a, out);
            case 2, 3, 4 -> node(one(PAIRS), a + " " + any(), out);
            case 5, 6 -> constant(one(List.of("Add", "Mul", "Div", "Max", "Sub")), a, out);
            case 7 -> reduction(a, out);
            case 8 -> moved(a, out);
            case 9 -> repeated(a, out);
            case 10, 11 -> matrix(a, out);
            case 12, 13 -> convolution(a, out);
            case 14 -> pool(a, out);
            case 15 -> parametric(a, out);
            case 16 -> node("Concat", a + " " + any(), out, GraphProto.whole("axis", random.nextInt(3)));
            case 17 -> gated(a, out);
            case 18 -> padded(a, out);
            case 19 -> resized(a, out);
            case 20 ->
                node(one(List.of("Softmax", "LogSoftmax")), a, out, GraphProto.whole("axis", -1 - random.nextInt(2)));
            default -> normalized(a, out);
        };
    }

    private static UnaryOperator<GraphProto> node(String operator, String in, String out, Proto... attributes) {
        return proto -> proto.node(operator, in, out, attributes);
    }

    private double[] numbers(int count) {
        return random.doubles(count)
                .map(v -> Math.rint(16 * (4 * v - 2)) / 8)
                .map(v -> v == 0 ? 1 : v)
                .toArray();
    }

    private List<Integer> shape() {
        List<Integer> dims = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            dims.add(one(List.of(1, 1, 2, 3, 4)));
        }
        return dims;
    }

    private UnaryOperator<GraphProto> constant(String operator, String a, String out) {
        List<Integer> dims = shape();
        double[] values = numbers(dims.stream().reduce(1, (x, y) -> x * y));
        String in = operator.equals("Div") || random.nextBoolean() ? a + " c" + out : "c" + out + " " + a;
        return proto -> proto.floats("c" + out, dims, values).node(operator, in, out);
    }

    private UnaryOperator<GraphProto> reduction(String a, String out) {
        String operator = one(REDUCTIONS);
        Proto keeps = GraphProto.whole("keepdims", random.nextInt(2));
        int axis = random.nextInt(4) - 2;
        if (random.nextInt(4) == 0) {
            return node(operator, a, out, keeps);
        }
        return operator.equals("ReduceSum")
                ? proto -> proto.wholes("a" + out, axis).node(operator, a + " a" + out, out, keeps)
                : node(operator, a, out, keeps, GraphProto.list("axes", axis));
    }

    private UnaryOperator<GraphProto> moved(String a, String out) {
        long[] numbers = random.ints(2, -2, 5).asLongStream().toArray();
        long axis = random.nextInt(3);
        return switch (random.nextInt(6)) {
            case 0 -> node("Transpose", a, out);
            case 1 ->
                node("Transpose", a, out, GraphProto.list("perm", one(List.of(new long[] {0, 2, 1}, new long[] {1, 0
                }))));
            case 2 -> node("Flatten", a, out, GraphProto.whole("axis", random.nextInt(3)));
            case 3 -> proto -> proto.wholes("s" + out, -1, 2).node("Reshape", a + " s" + out, out);
            case 4 ->
                proto -> proto.wholes("f" + out, numbers[0])
                        .wholes("t" + out, numbers[0] + 2)
                        .wholes("a" + out, axis)
                        .node("Slice", a + " f" + out + " t" + out + " a" + out, out);
            default -> proto -> proto.wholes("a" + out, axis).node("Unsqueeze", a + " a" + out, out);
        };
    }

    private UnaryOperator<GraphProto> repeated(String a, String out) {
        long[] places = random.ints(4, -2, 2).asLongStream().toArray();
        int axis = random.nextInt(3);
        List<Integer> dims = shape();
        long[] shape = dims.stream().mapToLong(Integer::longValue).toArray();
        return switch (random.nextInt(3)) {
            case 0 ->
                proto -> proto.wholes("i" + out, places)
                        .node("Gather", a + " i" + out, out, GraphProto.whole("axis", axis));
            case 1 -> proto -> proto.wholes("s" + out, shape).node("Expand", a + " s" + out, out);
            default -> proto -> proto.wholes("r" + out, 1, 2, 1).node("Tile", a + " r" + out, out);
        };
    }

    private UnaryOperator<GraphProto> matrix(String a, String out) {
        List<Integer> dims = List.of(one(List.of(2, 3, 4, 5)), one(List.of(2, 3, 4, 5)));
        double[] w = numbers(dims.get(0) * dims.get(1));
        boolean isLeft = random.nextBoolean();
        String in = isLeft ? "w" + out + " " + a : a + " w" + out;
        Proto[] attributes = {
            GraphProto.whole("transA", random.nextInt(2)),
            GraphProto.whole("transB", random.nextInt(2)),
            GraphProto.real("alpha", 1.5),
            GraphProto.real("beta", random.nextInt(3))
        };
        String c = random.nextBoolean() ? " " + any() : "";
        return random.nextBoolean()
                ? proto -> proto.floats("w" + out, dims, w).node("MatMul", in, out)
                : proto -> proto.floats("w" + out, dims, w).node("Gemm", in + c, out, attributes);
    }

    private UnaryOperator<GraphProto> convolution(String a, String out) {
        boolean isPlane = input.size() == 4;
        int groups = 1 + random.nextInt(2);
        int k = 1 + random.nextInt(3);
        List<Integer> dims =
                isPlane ? List.of(one(List.of(2, 4)), one(List.of(1, 2, 4)), k, 2) : List.of(2, one(List.of(1, 2)), k);
        double[] w = numbers(dims.stream().reduce(1, (x, y) -> x * y));
        int spatial = isPlane ? 2 : 1;
        Proto[] attributes = {
            GraphProto.whole("group", groups),
            GraphProto.list("strides", random.longs(spatial, 1, 3).toArray()),
            GraphProto.list("dilations", random.longs(spatial, 1, 3).toArray()),
            GraphProto.list("pads", random.longs(2L * spatial, 0, 2).toArray())
        };
        String operator = random.nextInt(3) == 0 ? "ConvTranspose" : "Conv";
        return proto -> proto.floats("k" + out, dims, w).node(operator, a + " k" + out, out, attributes);
    }

    private UnaryOperator<GraphProto> pool(String a, String out) {
        int spatial = input.size() - 2;
        if (spatial < 1 || random.nextInt(5) == 0) {
            return node(one(List.of("GlobalAveragePool", "GlobalMaxPool")), a, out);
        }
        long k = 1 + random.nextInt(3);
        long[] kernel = spatial == 1 ? new long[] {k} : new long[] {k, 2};
        Proto[] attributes = {
            GraphProto.list("kernel_shape", kernel),
            GraphProto.list("strides", random.longs(spatial, 1, 4).toArray()),
            GraphProto.list(
                    "pads", random.longs(2L * spatial, 0, Math.min(2, k)).toArray()),
            GraphProto.whole("ceil_mode", random.nextInt(2)),
            GraphProto.whole("count_include_pad", random.nextInt(2))
        };
        return node(one(List.of("MaxPool", "AveragePool")), a, out, attributes);
    }

    private UnaryOperator<GraphProto> parametric(String a, String out) {
        return switch (random.nextInt(5)) {
            case 0 -> node("LeakyRelu", a, out, GraphProto.real("alpha", random.nextInt(5) - 2));
            case 1 -> node("Elu", a, out, GraphProto.real("alpha", random.nextInt(4)));
            case 2 -> node("HardSigmoid", a, out, GraphProto.real("alpha", random.nextInt(4) - 1));
            case 3 ->
                proto -> proto.floats("l" + out, List.of(), -0.5)
                        .floats("h" + out, List.of(), 2)
                        .node("Clip", a + " l" + out + " h" + out, out);
            default -> proto -> proto.floats("s" + out, List.of(), -1.5).node("PRelu", a + " s" + out, out);
        };
    }

    /** x g(x), whole or with a slip in it. */
    private UnaryOperator<GraphProto> gated(String a, String out) {
        double inner = random.nextInt(4) - 1;
        double one = random.nextInt(3);
        String other = random.nextInt(3) == 0 ? any() : a;
        String g = one(List.of("Sigmoid", "Erf", "Tanh", "HardSigmoid", "Softplus"));
        return proto -> proto.floats("i" + out, List.of(), inner)
                .floats("o" + out, List.of(), one)
                .node("Mul", a + " i" + out, "p" + out)
                .node(g, "p" + out, "q" + out)
                .node("Add", "o" + out + " q" + out, "g" + out)
                .node("Mul", other + " g" + out, out);
    }

    private UnaryOperator<GraphProto> padded(String a, String out) {
        String mode = one(List.of("constant", "reflect", "edge", "wrap"));
        int rank = input.size();
        long[] pads = new long[2 * rank];
        for (int i = 0; i < 2 * rank; i++) {
            pads[i] = i % rank < rank - 2 ? 0 : random.nextInt(3) - (mode.equals("constant") ? 1 : 0);
        }
        return proto -> proto.wholes("p" + out, pads).node("Pad", a + " p" + out, out, GraphProto.text("mode", mode));
    }

    private UnaryOperator<GraphProto> resized(String a, String out) {
        double[] scales = new double[input.size()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = i < scales.length - 2 ? 1 : one(List.of(1.0, 2.0, 3.0, 1.5, 0.75));
        }
        Proto[] attributes = {
            GraphProto.text("mode", one(List.of("nearest", "linear"))),
            GraphProto.text(
                    "coordinate_transformation_mode", one(List.of("asymmetric", "half_pixel", "align_corners"))),
            GraphProto.text("nearest_mode", one(List.of("floor", "ceil", "round_prefer_floor", "round_prefer_ceil")))
        };
        return proto -> proto.floats("z" + out, List.of(scales.length), scales)
                .node("Resize", a + " - z" + out, out, attributes);
    }

    private UnaryOperator<GraphProto> normalized(String a, String out) {
        int width = one(List.of(2, 3, 4, 5));
        double[] scale = numbers(width);
        if (random.nextBoolean()) {
            return proto -> proto.floats("s" + out, List.of(width), scale)
                    .node("LayerNormalization", a + " s" + out, out, GraphProto.real("epsilon", 0.5));
        }
        return proto -> proto.floats("s" + out, List.of(width), scale)
                .floats("v" + out, List.of(width), Arrays.copyOf(new double[] {1, 2, 0.5, 1, 1}, width))
                .floats("n" + out, List.of(width), new double[width])
                .node("BatchNormalization", a + " s" + out + " n" + out + " n" + out + " v" + out, out);
    }
}
