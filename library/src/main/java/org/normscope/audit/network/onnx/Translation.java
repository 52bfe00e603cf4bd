package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.audit.network.onnx.Computed.Sense;
import org.normscope.format.onnx.Constant;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.format.onnx.OnnxGraph.Node;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Printable;

/** Follows a graph from its inputs to its outputs, node by node. */
final class Translation {
    /** The first version of ONNX's operators that stretch values as numpy does. */
    private static final long FIRST_OPSET = 7;

    private static final int MOST_NAMES = 10_000;

    private final OnnxGraph graph;
    private final Scribe scribe = new Scribe();
    private final Map<String, Value> values = new HashMap<>();
    private final List<Computed> inputs = new ArrayList<>();
    private final List<String> assumptions = new ArrayList<>();

    private Translation(OnnxGraph graph) {
        this.graph = graph;
    }

    /**
     * The layers of a graph.
     *
     * @param blocks of a network description
     * @param assumptions what inputs and outputs are, in words
     */
    record Result(List<Map<String, Object>> blocks, List<String> assumptions) {}

    /**
     * Translates a graph.
     *
     * @throws BadCheckpointException if nodes refer to values that nothing makes, or to each other in a circle
     */
    static Result of(OnnxGraph graph) throws BadCheckpointException {
        return new Translation(graph).result();
    }

    private Result result() throws BadCheckpointException {
        for (Constant constant : graph.initializers().values()) {
            values.put(constant.name(), Fixed.of(constant));
        }
        readInputs();
        for (Node node : Order.of(graph)) {
            follow(node);
        }
        List<Computed> outputs = new ArrayList<>();
        for (String name : graph.outputs()) {
            if (values.get(name) instanceof Computed computed) {
                outputs.add(computed);
            }
        }
        if (graph.outputs().size() > 1) {
            assumptions.add("the output is one vector of " + Shown.names(graph.outputs()));
        }
        return new Result(Blocks.of(scribe, inputs, outputs), List.copyOf(assumptions));
    }

    /** The bound is about inputs of floating point numbers; where there are none, about those that index tables. Others are held fixed. */
    private void readInputs() {
        List<OnnxGraph.Input> numbers = graph.inputs().stream()
                .filter(input -> input.dtype().kind() == DType.Kind.FLOAT)
                .toList();
        List<OnnxGraph.Input> tokens = numbers.isEmpty() ? TokenInputs.of(graph) : List.of();
        List<OnnxGraph.Input> others = tokens.isEmpty() ? graph.inputs() : tokens;
        List<OnnxGraph.Input> moving = numbers.isEmpty() ? others : numbers;
        for (OnnxGraph.Input input : graph.inputs()) {
            Dims dims = Dims.of(input.dims());
            if (moving.contains(input)) {
                Sense sense = numbers.isEmpty() ? Sense.TOKENS : Sense.NUMBERS;
                Computed value = scribe.input(input.name(), dims, sense);
                values.put(input.name(), value);
                inputs.add(value);
            } else {
                values.put(input.name(), Fixed.unread(dims));
                assumptions.add("the input " + Printable.quoted(input.name()) + " is held fixed");
            }
        }
        if (!moving.isEmpty()) {
            assumptions.add("the input is " + (moving.size() > 1 ? "one vector of " : "") + Shown.inputs(moving));
        }
    }

    private void follow(Node node) {
        List<Optional<Value>> from = new ArrayList<>();
        for (String name : node.inputs()) {
            from.add(Optional.ofNullable(values.get(name)));
        }
        Call call = new Call(node, from, graph.opset(), scribe);
        List<Value> results = results(call);
        for (int i = 0; i < node.outputs().size(); i++) {
            String name = node.outputs().get(i);
            if (!name.isEmpty()) {
                values.put(name, i < results.size() ? results.get(i) : further(call, i));
            }
        }
    }

    /** A result that no rule is about. */
    private Value further(Call call, int output) {
        boolean isFixed = call.computed().isEmpty() && strange(call).isEmpty();
        return isFixed ? Fixed.unread(Dims.UNKNOWN) : call.unknown("at its output " + output, source());
    }

    private List<Value> results(Call call) {
        Optional<String> strange = strange(call);
        if (strange.isPresent()) {
            return List.of(call.unknown(strange.get(), source()));
        }
        String operator = call.node().operator();
        if (operator.equals("Shape") || operator.equals("Size")) {
            return List.of(
                    ConstantFolding.shape(call, call.input(0).map(Value::dims).orElse(Dims.UNKNOWN)));
        }
        if (call.computed().isEmpty()) {
            return List.of(ConstantFolding.fold(call));
        }
        boolean hasTokens = call.computed().stream().anyMatch(value -> value.sense() == Sense.TOKENS);
        if (hasTokens && !Moves.OF_TOKENS.contains(operator)) {
            return List.of(call.unknown("of integers from outside", source()));
        }
        return ruled(call);
    }

    private List<Value> ruled(Call call) {
        try {
            Optional<Operator> rule = Operators.named(call.node().operator());
            return rule.isPresent() ? rule.get().apply(call) : List.of(call.unknown("", source()));
        } catch (NoRuleException e) {
            return List.of(e.isOfShape() && call.isLost() ? call.passed() : call.unknown(e.why(), source()));
        }
    }

    /** Why a node may do anything, if it may. */
    private Optional<String> strange(Call call) {
        Node node = call.node();
        if (node.hasSubgraph()) {
            return Optional.of("with graphs of its own");
        }
        if (graph.functions().contains(node.domain() + "." + node.operator())) {
            return Optional.of("as the model itself defines it");
        }
        if (!node.domain().isEmpty() || Operators.isRandom(node.operator())) {
            return Optional.of(node.domain().isEmpty() ? "of random numbers" : "");
        }
        if (graph.opset() < FIRST_OPSET) {
            return Optional.of("of opset " + graph.opset() + ", before " + FIRST_OPSET);
        }
        boolean isLarge = node.inputs().size() > MOST_NAMES || node.outputs().size() > MOST_NAMES;
        return isLarge ? Optional.of("of more than " + MOST_NAMES + " values") : Optional.empty();
    }

    /** What stands in for the input of a node that takes none. */
    private Computed source() {
        if (inputs.isEmpty()) {
            inputs.add(scribe.input("nothing", Dims.UNKNOWN, Sense.NUMBERS));
        }
        return inputs.get(0);
    }
}
