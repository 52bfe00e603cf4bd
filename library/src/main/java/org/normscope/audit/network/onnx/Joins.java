package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.normscope.format.onnx.Dim;

/** Operators that put values together: sums, and values side by side. */
final class Joins {
    private static final int MOST_SHAPES = 64;

    private Joins() {}

    static void addTo(Map<String, Operator> all) {
        all.put("Add", Operator.of(Joins::sum));
        all.put("Sub", Operator.of(Joins::sum));
        all.put("Sum", Operator.of(Joins::sum));
        all.put("Mean", Operator.of(Joins::mean));
        all.put("Max", Operator.of(Joins::extreme));
        all.put("Min", Operator.of(Joins::extreme));
        all.put("Concat", Operator.of(Joins::concat));
        all.put("Where", Operator.of(Joins::where));
    }

    /** Signs don't matter, and what is fixed moves the sum and not its constant. */
    private static Computed sum(Call call) throws NoRuleException {
        List<Computed> parts = stretched(call);
        Dims dims = dims(call);
        if (parts.size() < call.values().size()) {
            return parts.size() == 1
                    ? call.make(dims, parts.get(0), shift(call))
                    : call.join(dims, parts, Double.POSITIVE_INFINITY, Words.joining("add"), shift(call));
        }
        double largest = parts.stream().mapToDouble(Computed::largest).sum();
        return parts.size() == 1
                ? parts.get(0)
                : call.join(dims, parts, Math.nextUp(largest * (1 + 1e-12)), Words.joining("add"));
    }

    private static Words shift(Call call) {
        List<Fixed> fixed = call.values().stream()
                .filter(Fixed.class::isInstance)
                .map(Fixed.class::cast)
                .toList();
        return fixed.size() == 1 ? shift(fixed.get(0)) : Words.of("shift");
    }

    /** Plus a constant. */
    static Words shift(Fixed fixed) {
        Fixed.Origin origin = fixed.origin();
        return origin == null ? Words.of("shift") : Words.of("shift", origin.name());
    }

    private static Computed mean(Call call) throws NoRuleException {
        Computed sum = sum(call);
        double share = Math.nextUp(1.0 / Math.max(1, call.values().size()));
        return call.make(sum.dims(), sum, sum.largest(), Words.scale(share));
    }

    /** The largest or smallest of entries moves at most as far as all of them, taken as one vector. */
    private static Computed extreme(Call call) throws NoRuleException {
        List<Computed> parts = stretched(call);
        boolean isFixed = parts.size() < call.values().size();
        double largest = isFixed ? Double.POSITIVE_INFINITY : largest(parts, Math::max);
        Words clip = isFixed ? Words.slopes(0, 1) : Words.factors(0, 1);
        return parts.size() == 1
                ? call.make(dims(call), parts.get(0), largest, clip)
                : call.join(dims(call), parts, largest, Words.joining("concat"), Words.of("select"), clip);
    }

    private static double largest(List<Computed> parts, DoubleBinaryOperator of) {
        return parts.stream().mapToDouble(Computed::largest).reduce(0, of);
    }

    /** Values that depend on the input, as they are when all are stretched to each other. */
    private static List<Computed> stretched(Call call) throws NoRuleException {
        List<Dims> shapes = call.values().stream()
                .map(Value::dims)
                .distinct()
                .limit(MOST_SHAPES)
                .toList();
        long open =
                call.values().stream().filter(value -> !value.dims().isKnown()).count();
        if (shapes.size() == MOST_SHAPES) {
            throw new NoRuleException("of values of too many shapes");
        }
        // A shape that isn't known is compared with others, but not with itself.
        List<Dims> known = open == 1 ? shapes.stream().filter(Dims::isKnown).toList() : shapes;
        List<Computed> parts = new ArrayList<>();
        for (Computed value : call.computed()) {
            parts.add(call.stretched(value, value.dims().isKnown() ? shapes : known));
        }
        return parts;
    }

    private static Dims dims(Call call) {
        return Broadcast.result(call.values().stream().map(Value::dims).toList());
    }

    /** Constant parts don't move. */
    private static Computed concat(Call call) throws NoRuleException {
        long axis = call.whole("axis", 1);
        List<Computed> parts = call.computed();
        Dims dims = beside(call.values(), axis);
        if (parts.size() == 1) {
            return call.make(dims, parts.get(0), Words.of("shift"));
        }
        boolean isFixed = parts.size() < call.values().size();
        double largest = isFixed ? Double.POSITIVE_INFINITY : largest(parts, Math::max);
        return isFixed
                ? call.join(dims, parts, largest, Words.joining("concat"), Words.of("shift"))
                : call.join(dims, parts, largest, Words.joining("concat"));
    }

    private static Dims beside(List<Value> values, long axis) {
        Dims first = values.get(0).dims();
        List<Dim> lengths = values.stream().map(value -> value.dims().at(axis)).toList();
        long total = 0;
        for (Dim length : lengths) {
            Long size = length.size();
            if (size == null || size > Long.MAX_VALUE - total) {
                return first.with(axis, Dim.unknown());
            }
            total += size;
        }
        return first.with(axis, Dim.of(total));
    }

    /** Takes entries from one value or the other, at fixed places. */
    private static Computed where(Call call) throws NoRuleException {
        call.fixed(0);
        List<Computed> parts = stretched(call);
        boolean isFixed = parts.size() < 2;
        Words last = isFixed ? Words.of("shift") : Words.of("select");
        return isFixed
                ? call.make(dims(call), parts.get(0), Words.of("select"), last)
                : call.join(dims(call), parts, largest(parts, Math::max), Words.joining("concat"), last);
    }
}
