package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.onnx.Computed.Made;
import org.normscope.format.onnx.Attribute;
import org.normscope.format.onnx.Dim;
import org.normscope.format.onnx.OnnxGraph.Node;

/** A node with the values that go into it. */
final class Call {
    private final Node node;
    private final List<Optional<Value>> inputs;
    private final long opset;
    private final Scribe scribe;

    /** @param inputs by position; empty ones are left out by the node */
    Call(Node node, List<Optional<Value>> inputs, long opset, Scribe scribe) {
        this.node = node;
        this.inputs = inputs;
        this.opset = opset;
        this.scribe = scribe;
    }

    Node node() {
        return node;
    }

    /** Version of ONNX's operators. */
    long opset() {
        return opset;
    }

    /** Values that are there, in order. */
    List<Value> values() {
        return inputs.stream().flatMap(Optional::stream).toList();
    }

    /** Those that depend on the input. */
    List<Computed> computed() {
        List<Computed> found = new ArrayList<>();
        for (Value value : values()) {
            if (value instanceof Computed computed) {
                found.add(computed);
            }
        }
        return found;
    }

    Optional<Value> input(int position) {
        return position < inputs.size() ? inputs.get(position) : Optional.empty();
    }

    Value needed(int position) throws NoRuleException {
        return input(position).orElseThrow(() -> new NoRuleException("without its input " + position));
    }

    /** Whether an input comes from a node without a rule. */
    boolean isLost() {
        return computed().stream().anyMatch(Computed::isLost);
    }

    /** The only input that may depend on the network's: the first. */
    Computed only() throws NoRuleException {
        boolean isFirst = computed().size() == 1 && input(0).orElse(null) instanceof Computed;
        if (!isFirst) {
            throw new NoRuleException("of a setting that depends on the input");
        }
        return computed().get(0);
    }

    /** An input that doesn't depend on the network's; empty if it is left out. */
    Optional<Fixed> fixed(int position) throws NoRuleException {
        Value value = input(position).orElse(null);
        if (value instanceof Computed) {
            throw new NoRuleException("of a setting that depends on the input");
        }
        return Optional.ofNullable((Fixed) value);
    }

    /** Integers that an attribute has, or an input; empty if both are left out. */
    Optional<List<Long>> wholes(String attribute, int position) throws NoRuleException {
        if (node.attributes().containsKey(attribute)) {
            return Optional.of(node.wholes(attribute).orElseThrow(() -> unread(attribute)));
        }
        Fixed fixed = position < 0 ? null : fixed(position).orElse(null);
        return fixed == null ? Optional.empty() : Optional.of(numbers(fixed, attribute));
    }

    /** Integers of an attribute; the standard if it is left out. */
    List<Long> wholes(String attribute, List<Long> standard) throws NoRuleException {
        return wholes(attribute, -1).orElse(standard);
    }

    /** The numbers of a value, all known. */
    static List<Long> numbers(Fixed fixed, String what) throws NoRuleException {
        List<Long> numbers = new ArrayList<>();
        for (Whole whole : fixed.wholes() == null ? List.<Whole>of() : fixed.wholes()) {
            Long value = whole.value();
            if (value == null) {
                throw unread(what);
            }
            numbers.add(value);
        }
        if (fixed.wholes() == null) {
            throw unread(what);
        }
        return numbers;
    }

    private static NoRuleException unread(String what) {
        return new NoRuleException("whose " + what + " can't be told from the file");
    }

    long whole(String attribute, long standard) throws NoRuleException {
        if (!node.attributes().containsKey(attribute)) {
            return standard;
        }
        return node.whole(attribute).orElseThrow(() -> unread(attribute));
    }

    double real(String attribute, double standard) throws NoRuleException {
        double value = node.real(attribute).orElse(standard);
        boolean isOther = node.attributes().containsKey(attribute)
                && !(node.attributes().get(attribute) instanceof Attribute.Real);
        if (isOther || !Double.isFinite(value)) {
            throw unread(attribute);
        }
        return value;
    }

    String text(String attribute, String standard) throws NoRuleException {
        if (!node.attributes().containsKey(attribute)) {
            return standard;
        }
        return node.text(attribute).orElseThrow(() -> unread(attribute));
    }

    /** Axes of a reduction, in the order of the shape; all of them where none are named. */
    List<Long> axes(Computed x) throws NoRuleException {
        List<Long> axes = wholes("axes", 1).orElse(List.of());
        int rank = x.dims().orNone().size();
        if (!axes.isEmpty()) {
            return axes.stream()
                    .map(axis -> axis < 0 && rank > 0 ? axis + rank : axis)
                    .sorted()
                    .toList();
        }
        return LongStream.range(0, rank).boxed().toList();
    }

    /** A value that layers make of one other, its entries as large as these. */
    Computed make(Dims dims, Computed from, double largest, Words... layers) {
        return scribe.value(node.label(), dims, new Made(Arrays.asList(layers), List.of(from), this, largest));
    }

    /** A value that layers make of one other, its entries of any size. */
    Computed make(Dims dims, Computed from, Words... layers) {
        return make(dims, from, Double.POSITIVE_INFINITY, layers);
    }

    /** Entries of a value in other places, some left out. */
    Computed moved(Dims dims, Computed from, String word) {
        return from.sense() == Computed.Sense.TOKENS
                ? scribe.tokens(this, dims, from)
                : make(dims, from, from.largest(), Words.of(word));
    }

    /** Values that are joined. */
    Computed join(Dims dims, List<Computed> from, double largest, Words... layers) {
        return scribe.value(node.label(), dims, new Made(Arrays.asList(layers), from, this, largest));
    }

    /** A value as it is when stretched to others. */
    Computed stretched(Computed value, List<Dims> others) throws NoRuleException {
        if (isLost()) {
            return value;
        }
        long times = Broadcast.repeats(value.dims(), others)
                .orElseThrow(() -> NoRuleException.ofShape("that may repeat a value any number of times"));
        if (times <= 1) {
            return value;
        }
        List<Dims> all = new ArrayList<>(others);
        all.add(value.dims());
        return part(Broadcast.result(all), value, value.largest(), Words.repeat(times));
    }

    /** A value within the node, not its result. */
    Computed part(Dims dims, Computed from, double largest, Words... layers) {
        return scribe.value(node.label(), dims, new Made(Arrays.asList(layers), List.of(from), null, largest));
    }

    /** Asks for so many steps of work, before they are done. */
    void work(Dim steps) throws NoRuleException {
        Long size = steps.size();
        if (size != null && !scribe.isAffordable(size)) {
            throw new NoRuleException("of too many entries");
        }
    }

    /** The value of an output that has no rule. */
    Computed unknown(String why, @Nullable Computed source) {
        String operator = node.domain().isEmpty() ? node.operator() : node.domain() + "." + node.operator();
        String what = why.isEmpty() ? operator : operator + " " + why;
        List<Computed> from = computed().isEmpty() && source != null ? List.of(source) : computed();
        return scribe.unknown(node.label(), what, from, this);
    }

    /** The result of a node whose rule needs a shape that a node before it has lost. */
    Computed passed() {
        List<Computed> from = computed();
        Words select = Words.of("select");
        return from.size() == 1
                ? make(Dims.UNKNOWN, from.get(0), select)
                : join(Dims.UNKNOWN, from, Double.POSITIVE_INFINITY, Words.joining("concat"), select);
    }
}
