package org.normscope.audit.network.onnx;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.normscope.audit.network.onnx.Factored.Multiple;
import org.normscope.tensor.DType;

/** Products and quotients: by constants, of functions that are known when they are put together, and of bounded values. */
final class Products {
    private Products() {}

    static void addTo(Map<String, Operator> all) {
        all.put("Mul", Operator.of(Products::multiply));
        all.put("Div", Operator.of(Products::divide));
    }

    private static Computed multiply(Call call) throws NoRuleException {
        Value a = call.needed(0);
        Value b = call.needed(1);
        if (a instanceof Computed x && b instanceof Fixed factors) {
            return times(call, x, factors);
        }
        if (a instanceof Fixed factors && b instanceof Computed x) {
            return times(call, x, factors);
        }
        if (a instanceof Computed x && b instanceof Computed y) {
            Optional<Computed> known = gated(call, x, y).or(() -> gated(call, y, x));
            known = known.isPresent() ? known : NormPattern.product(call, x, y);
            return known.isPresent() ? known.get() : bounded(call, x, y);
        }
        throw new NoRuleException("");
    }

    /** Each entry times its own factor. */
    private static Computed times(Call call, Computed x, Fixed factors) throws NoRuleException {
        Dims dims = Broadcast.result(List.of(x.dims(), factors.dims()));
        Computed stretched = call.stretched(x, List.of(factors.dims()));
        Optional<Double> least = factors.least();
        Optional<Double> most = factors.most();
        if (least.isPresent() && most.isPresent()) {
            double size = Math.max(Math.abs(least.get()), Math.abs(most.get()));
            boolean isOne = factors.number().isPresent();
            Words words = isOne ? Words.scale(size) : Words.factors(least.get(), most.get());
            return call.make(dims, stretched, grown(x.largest(), size), words);
        }
        Fixed.Origin origin = factors.origin();
        if (origin == null || factors.reals() != null || origin.dtype().kind() != DType.Kind.FLOAT) {
            throw new NoRuleException("by numbers that can't be told from the file");
        }
        return call.make(dims, stretched, Words.of("scale", origin.name()));
    }

    private static double grown(double largest, double factor) {
        return factor == 0 ? 0 : Math.nextUp(largest * factor * (1 + 1e-15));
    }

    private static Computed divide(Call call) throws NoRuleException {
        Value a = call.needed(0);
        Value b = call.needed(1);
        if (a instanceof Computed x && b instanceof Fixed divisors) {
            return times(call, x, inverse(divisors));
        }
        if (a instanceof Computed x && b instanceof Computed y) {
            Optional<Computed> norm = NormPattern.quotient(call, x, y);
            if (norm.isPresent()) {
                return norm.get();
            }
        }
        throw new NoRuleException("by a value that depends on the input");
    }

    private static Fixed inverse(Fixed divisors) throws NoRuleException {
        List<Double> known = divisors.reals() == null ? List.of() : divisors.reals();
        List<Double> inverse = known.stream().map(divisor -> 1 / divisor).toList();
        if (known.isEmpty() || inverse.stream().anyMatch(value -> !isOrdinary(value))) {
            throw new NoRuleException("by numbers that can't be told from the file, or have no inverse");
        }
        boolean isExact = inverse.stream().allMatch(Products::isPower);
        return new Fixed(divisors.dims(), null, inverse, null, divisors.isRounded() || !isExact);
    }

    /** Whether a result has the relative precision of a double. */
    static boolean isOrdinary(double value) {
        return Math.abs(value) >= 1e-300 && Math.abs(value) <= 1e300;
    }

    private static boolean isPower(double value) {
        return Math.abs(value) == Math.scalb(1.0, Math.getExponent(value));
    }

    /** The product of x or a multiple of it and a function of x, where all of it is a function with known slopes. */
    private static Optional<Computed> gated(Call call, Computed first, Computed second) {
        Multiple x = Factored.of(first);
        Multiple gate = Factored.of(second);
        double factor = x.factor() * gate.factor();
        if (!isOrdinary(factor) || !first.dims().equals(second.dims())) {
            return Optional.empty();
        }
        Optional<Words> function = Gates.of(x.base(), gate.base());
        if (function.isEmpty()) {
            return Optional.empty();
        }
        boolean isExact = x.isExact() && gate.isExact() && (x.factor() == 1 || gate.factor() == 1);
        double scale = isExact ? factor : factor * (1 + Fixed.ROUNDED);
        return Optional.of(
                scale == 1
                        ? call.make(first.dims(), x.base(), function.get())
                        : call.make(first.dims(), x.base(), function.get(), Words.scale(scale)));
    }

    /** {@code |d(xy)| <= max |y| |dx| + max |x| |dy|} for each entry. */
    private static Computed bounded(Call call, Computed x, Computed y) throws NoRuleException {
        double most = x.largest() * y.largest();
        if (!isOrdinary(most)) {
            throw new NoRuleException("of two values that depend on the input, not both bounded");
        }
        Computed left = call.stretched(x, List.of(y.dims()));
        Computed right = call.stretched(y, List.of(x.dims()));
        Dims dims = Broadcast.result(List.of(x.dims(), y.dims()));
        Computed byY = call.part(dims, left, most, Words.scale(y.largest()));
        Computed byX = call.part(dims, right, most, Words.scale(x.largest()));
        return call.join(dims, List.of(byY, byX), grown(most, 1), Words.joining("add"), Words.of("shift"));
    }
}
