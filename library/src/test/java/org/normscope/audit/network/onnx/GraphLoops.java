package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.normscope.format.onnx.Attribute;
import org.normscope.format.onnx.Constant;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.format.onnx.OnnxGraph.Node;

/** Runs small graphs in plain loops, each operator as ONNX defines it; nothing here knows of bounds. */
final class GraphLoops {
    private final OnnxGraph graph;
    private final Map<String, LoopTensor> constants = new HashMap<>();
    private final Map<Integer, Object> known = new HashMap<>();

    GraphLoops(OnnxGraph graph) {
        this.graph = graph;
        graph.initializers().forEach((name, constant) -> constants.put(name, tensor(constant)));
    }

    /** All outputs, one behind the other. Inputs have the same shapes each time. */
    double[] run(LoopTensor... inputs) {
        Map<String, LoopTensor> values = new HashMap<>(constants);
        for (int i = 0; i < inputs.length; i++) {
            values.put(graph.inputs().get(i).name(), inputs[i]);
        }
        for (Node node : graph.nodes()) {
            if (!values.containsKey(node.outputs().get(0))) {
                run(node, values);
            }
        }
        return graph.outputs().stream()
                .flatMapToDouble(name ->
                        Arrays.stream(Objects.requireNonNull(values.get(name)).v()))
                .toArray();
    }

    private void run(Node node, Map<String, LoopTensor> values) {
        List<@Nullable LoopTensor> from = new ArrayList<>();
        node.inputs().forEach(name -> from.add(values.get(name)));
        List<LoopTensor> results = new Run(node, from, known).results();
        boolean isConstant =
                node.operator().equals("Shape") || constants.keySet().containsAll(node.inputs());
        for (int i = 0; i < results.size(); i++) {
            values.put(node.outputs().get(i), results.get(i));
            if (isConstant) {
                constants.put(node.outputs().get(i), results.get(i));
            }
        }
    }

    private static LoopTensor tensor(Constant constant) {
        int[] dims = constant.shape().dims().stream().mapToInt(Math::toIntExact).toArray();
        double[] values = constant.reals().isPresent()
                ? constant.reals().get().stream().mapToDouble(x -> x).toArray()
                : constant.wholes().orElseThrow().stream().mapToDouble(x -> x).toArray();
        return new LoopTensor(dims, values);
    }

    private static final Map<String, DoubleUnaryOperator> FUNCTIONS = Map.ofEntries(
            Map.entry("Relu", x -> Math.max(x, 0)),
            Map.entry("Sigmoid", x -> 1 / (1 + Math.exp(-x))),
            Map.entry("Tanh", Math::tanh),
            Map.entry("Softplus", x -> Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)),
            Map.entry("Softsign", x -> x / (1 + Math.abs(x))),
            Map.entry("Abs", Math::abs),
            Map.entry("Neg", x -> -x),
            Map.entry("Sqrt", Math::sqrt),
            Map.entry("Erf", GraphLoops::erf),
            Map.entry("Sin", Math::sin),
            Map.entry("Cos", Math::cos),
            Map.entry("Atan", Math::atan),
            Map.entry("Reciprocal", x -> 1 / x),
            Map.entry("HardSwish", x -> x * Math.max(0, Math.min(1, x / 6 + 0.5))),
            Map.entry("Mish", x -> x * Math.tanh(Math.log1p(Math.exp(x)))),
            Map.entry("Identity", x -> x),
            Map.entry("Dropout", x -> x));

    /** By its power series, or the continued fraction of what is missing to 1. */
    private static double erf(double x) {
        double size = Math.abs(x);
        if (size > 3) {
            double fraction = 0;
            for (int k = 60; k > 0; k--) {
                fraction = k / 2.0 / (size + fraction);
            }
            return Math.signum(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (size + fraction));
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 80; n++) {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }

    /** A node at work. */
    record Run(Node node, List<@Nullable LoopTensor> from, Map<Integer, Object> known) {
        /** What depends on shapes and constants alone, made the first time. */
        <T> T once(Class<T> type, Function<Run, T> make) {
            return type.cast(known.computeIfAbsent(node.index(), index -> make.apply(this)));
        }

        List<LoopTensor> results() {
            if (node.operator().equals("Split")) {
                return MoveLoops.split(this);
            }
            return List.of(result());
        }

        LoopTensor x() {
            return in(0);
        }

        LoopTensor in(int i) {
            return Objects.requireNonNull(from.get(i));
        }

        boolean has(int i) {
            return i < from.size() && from.get(i) != null;
        }

        double real(String name, double standard) {
            return node.real(name).orElse(standard);
        }

        long whole(String name, long standard) {
            return node.whole(name).orElse(standard);
        }

        int[] wholes(String name, int... standard) {
            return node.wholes(name)
                    .map(list -> list.stream().mapToInt(Math::toIntExact).toArray())
                    .orElse(standard);
        }

        /** Axes from an attribute or an input. */
        int[] axes(int input, int... standard) {
            return has(input) ? in(input).ints() : wholes("axes", standard);
        }

        private LoopTensor result() {
            DoubleUnaryOperator function = FUNCTIONS.get(node.operator());
            if (function != null) {
                return x().map(function);
            }
            return entrywise().or(() -> WindowLoops.of(this)).orElseGet(() -> MoveLoops.of(this));
        }

        private Optional<LoopTensor> entrywise() {
            return Optional.ofNullable(
                    switch (node.operator()) {
                        case "Constant" -> constant();
                        case "Cast" -> x();
                        case "Add", "Sum" -> all(Double::sum);
                        case "Sub" -> all((a, b) -> a - b);
                        case "Mul" -> all((a, b) -> a * b);
                        case "Div" -> all((a, b) -> a / b);
                        case "Pow" -> all(Math::pow);
                        case "Max" -> all(Math::max);
                        case "Min" -> all(Math::min);
                        case "Mean" -> all(Double::sum).map(sum -> sum / from.size());
                        case "Clip" ->
                            x().map(v -> Math.min(
                                    Math.max(v, number(1, Double.NEGATIVE_INFINITY)),
                                    number(2, Double.POSITIVE_INFINITY)));
                        case "LeakyRelu" -> x().map(v -> v < 0 ? real("alpha", 0.01f) * v : v);
                        case "PRelu" -> x().with(in(1), (v, slope) -> v < 0 ? slope * v : v);
                        case "Elu" -> x().map(v -> v < 0 ? real("alpha", 1) * Math.expm1(v) : v);
                        case "HardSigmoid" ->
                            x().map(v -> Math.max(0, Math.min(1, real("alpha", 0.2f) * v + real("beta", 0.5))));
                        case "MatMul" -> x().times(in(1));
                        case "Gemm" -> gemm();
                        case "Where" ->
                            in(0).with(in(1), (c, a) -> c != 0 ? a : 0)
                                    .with(in(0).with(in(2), (c, b) -> c != 0 ? 0 : b), Double::sum);
                        default -> null;
                    });
        }

        private double number(int input, double standard) {
            return has(input) ? in(input).v()[0] : standard;
        }

        private LoopTensor all(DoubleBinaryOperator f) {
            LoopTensor result = x();
            for (int i = 1; i < from.size(); i++) {
                result = result.with(in(i), f);
            }
            return result;
        }

        private LoopTensor constant() {
            return node.attributes().get("value") instanceof Attribute.Tensor value
                    ? tensor(value.value())
                    : LoopTensor.vector(real("value_float", Double.NaN));
        }

        private LoopTensor gemm() {
            LoopTensor a = whole("transA", 0) == 0 ? x() : x().transposed(1, 0);
            LoopTensor b = whole("transB", 0) == 0 ? in(1) : in(1).transposed(1, 0);
            LoopTensor product = a.times(b).map(v -> real("alpha", 1) * v);
            LoopTensor.require(
                    !has(2) || Arrays.equals(LoopTensor.joined(product.dims(), in(2).dims()), product.dims()));
            return has(2) ? product.with(in(2), (p, c) -> p + real("beta", 1) * c) : product;
        }
    }

    /** Numbers from 0 to before another. */
    static int[] range(int count) {
        return IntStream.range(0, count).toArray();
    }
}
