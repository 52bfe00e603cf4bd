package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Arithmetic with fixed numbers: exact with integers, with floating point numbers where the relative error stays small. */
final class Arithmetic {
    private Arithmetic() {}

    /** A function of each entry. */
    static Fixed of(Call call, Fixed x) {
        boolean isRoot = call.node().operator().equals("Sqrt");
        List<Double> results = new ArrayList<>();
        for (double real : x.reals() == null ? List.<Double>of() : x.reals()) {
            double result = isRoot ? Math.sqrt(real) : -real;
            if (isRoot && !Products.isOrdinary(result)) {
                return Fixed.unread(x.dims());
            }
            results.add(result);
        }
        return x.reals() == null
                ? Fixed.unread(x.dims())
                : new Fixed(x.dims(), null, results, null, x.isRounded() || isRoot);
    }

    /** A function of the entries of several values at the same place; the smaller ones must be single numbers. */
    static Fixed entrywise(Call call) {
        List<Value> values = call.values();
        Dims dims = Broadcast.result(values.stream().map(Value::dims).toList());
        int length = 1;
        for (Value value : values) {
            Fixed fixed = (Fixed) value;
            int size = size(fixed);
            if (size < 0 || (size != 1 && length != 1 && size != length)) {
                return Fixed.unread(dims);
            }
            length = size == 1 ? length : size;
        }
        // Of several shapes with the same number of entries, one may be stretched.
        boolean isAligned = values.stream()
                .allMatch(value -> size((Fixed) value) == 1 || value.dims().equals(dims));
        return isAligned ? entrywise(call, dims, length) : Fixed.unread(dims);
    }

    private static int size(Fixed fixed) {
        return fixed.wholes() != null
                ? fixed.wholes().size()
                : fixed.reals() != null ? fixed.reals().size() : -1;
    }

    private static Fixed entrywise(Call call, Dims dims, int length) {
        List<Value> values = call.values();
        boolean areWholes = values.stream().allMatch(value -> ((Fixed) value).wholes() != null);
        boolean areReals = values.stream().allMatch(value -> ((Fixed) value).reals() != null);
        if (areWholes) {
            return Fixed.ofWholes(dims, wholes(call.node().operator(), values, length));
        }
        List<Double> results = areReals ? reals(call.node().operator(), values, length) : null;
        return results == null ? Fixed.unread(dims) : new Fixed(dims, null, results, null, true);
    }

    private static List<Whole> wholes(String operator, List<Value> values, int length) {
        List<Whole> results = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            List<Whole> entries = new ArrayList<>();
            for (Value value : values) {
                List<Whole> wholes = ((Fixed) value).wholes();
                entries.add(wholes == null ? Whole.unknown() : wholes.get(wholes.size() == 1 ? 0 : i));
            }
            results.add(result(operator, entries).orElseGet(Whole::unknown));
        }
        return results;
    }

    private static Optional<Whole> result(String operator, List<Whole> entries) {
        if (entries.size() == 3 && operator.equals("Where")) {
            Long condition = entries.get(0).value();
            return condition == null ? Optional.empty() : Optional.of(entries.get(condition != 0 ? 1 : 2));
        }
        if (entries.size() != 2) {
            return Optional.empty();
        }
        Whole a = entries.get(0);
        Whole b = entries.get(1);
        return neutral(operator, a, b).or(() -> result(operator, a.value(), b.value()));
    }

    /** An open length stays what it is where the other number changes nothing. */
    private static Optional<Whole> neutral(String operator, Whole a, Whole b) {
        return switch (operator) {
            case "Mul" -> a.is(1) ? Optional.of(b) : b.is(1) ? Optional.of(a) : Optional.empty();
            case "Add" -> a.is(0) ? Optional.of(b) : b.is(0) ? Optional.of(a) : Optional.empty();
            case "Sub" -> b.is(0) ? Optional.of(a) : Optional.empty();
            case "Div" -> b.is(1) ? Optional.of(a) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Whole> result(String operator, @Nullable Long a, @Nullable Long b) {
        if (a == null || b == null) {
            return Optional.empty();
        }
        try {
            return switch (operator) {
                case "Add" -> Optional.of(Whole.of(Math.addExact(a, b)));
                case "Sub" -> Optional.of(Whole.of(Math.subtractExact(a, b)));
                case "Mul" -> Optional.of(Whole.of(Math.multiplyExact(a, b)));
                case "Div" -> b == 0 || a < 0 || b < 0 ? Optional.empty() : Optional.of(Whole.of(a / b));
                case "Max" -> Optional.of(Whole.of(Math.max(a, b)));
                case "Min" -> Optional.of(Whole.of(Math.min(a, b)));
                case "Equal" -> Optional.of(Whole.of(a.equals(b) ? 1 : 0));
                default -> Optional.empty();
            };
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static @Nullable List<Double> reals(String operator, List<Value> values, int length) {
        List<Double> results = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            double result = result(operator, entry(values.get(0), i), entry(values.get(values.size() - 1), i));
            if (values.size() != 2 || !Products.isOrdinary(result)) {
                return null;
            }
            results.add(result);
        }
        return results;
    }

    private static double entry(Value value, int i) {
        List<Double> reals = ((Fixed) value).reals();
        return reals == null ? Double.NaN : reals.get(reals.size() == 1 ? 0 : i);
    }

    /** NaN where the result may have lost its digits. */
    private static double result(String operator, double a, double b) {
        return switch (operator) {
            case "Mul" -> a * b;
            case "Div" -> a / b;
            case "Max" -> Math.max(a, b);
            case "Min" -> Math.min(a, b);
            default -> Double.NaN;
        };
    }
}
