package org.normscope.audit.network.onnx;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Normalizations that exporters take apart: {@code d / sqrt(mean(d²) + epsilon)}, with d = x - mean(x) or x itself. */
final class NormPattern {
    private NormPattern() {}

    /** Where a value is divided by such a root. */
    static Optional<Computed> quotient(Call call, Computed d, Computed root) {
        return root.isOf("Sqrt") ? normalized(call, d, root, root.dims()) : Optional.empty();
    }

    /** Where a value is multiplied by the inverse of such a root. */
    static Optional<Computed> product(Call call, Computed a, Computed b) {
        Optional<Computed> first = inverted(b).flatMap(root -> normalized(call, a, root, b.dims()));
        return first.isPresent() ? first : inverted(a).flatMap(root -> normalized(call, b, root, a.dims()));
    }

    private static Optional<Computed> inverted(Computed value) {
        Call call = value.made().call();
        if (call == null) {
            return Optional.empty();
        }
        boolean isQuotient = value.isOf("Div")
                && Factored.number(call.input(0).orElse(null))
                        .filter(number -> number == 1)
                        .isPresent();
        Value root = call.input(isQuotient ? 1 : 0).orElse(null);
        boolean isInverse = isQuotient || value.isOf("Reciprocal");
        return isInverse && root instanceof Computed computed && computed.isOf("Sqrt")
                ? Optional.of(computed)
                : Optional.empty();
    }

    /** @param other shape of what d meets: epsilon may have more dimensions than d */
    private static Optional<Computed> normalized(Call call, Computed d, Computed root, Dims other) {
        Optional<Mean> mean = mean(root, d);
        if (mean.isEmpty()) {
            return Optional.empty();
        }
        List<Long> axes = mean.get().axes();
        OptionalLong counted =
                Dims.product(axes.stream().map(axis -> d.dims().at(axis)).toList());
        boolean isCounted = counted.isPresent() && counted.getAsLong() <= Integer.MAX_VALUE;
        long width = isCounted ? Math.max(1, counted.getAsLong()) : Integer.MAX_VALUE;
        double largest = isCounted ? Math.sqrt(width) * (1 + 1e-12) : Double.POSITIVE_INFINITY;
        Optional<Computed> centered = centered(d, axes);
        Words norm = Words.of(centered.isPresent() ? "layer_norm" : "rms_norm")
                .with("width", (double) width)
                .with("eps", mean.get().epsilon());
        Dims dims = Broadcast.result(List.of(d.dims(), other));
        return Optional.of(call.make(dims, centered.orElse(d), largest, norm));
    }

    /**
     * What stands under the root.
     *
     * @param axes over which the mean is taken
     * @param epsilon above 0
     */
    private record Mean(List<Long> axes, double epsilon) {}

    /** The mean of the squares of d, and epsilon. */
    private static Optional<Mean> mean(Computed root, Computed d) {
        if (!(input(root, 0) instanceof Computed sum) || !sum.isOf("Add")) {
            return Optional.empty();
        }
        Value a = input(sum, 0);
        Value b = input(sum, 1);
        Optional<Double> epsilon = Factored.number(a instanceof Fixed ? a : b)
                .filter(Products::isOrdinary)
                .filter(e -> e > 0);
        Value mean = a instanceof Fixed ? b : a;
        if (epsilon.isEmpty() || !(mean instanceof Computed squares) || !isSquare(input(squares, 0), d)) {
            return Optional.empty();
        }
        return axes(squares).map(axes -> new Mean(axes, epsilon.get()));
    }

    private static boolean isSquare(@Nullable Value value, Computed d) {
        if (!(value instanceof Computed square)
                || input(square, 0) != d
                || !square.dims().equals(d.dims())) {
            return false;
        }
        boolean isPower = square.isOf("Pow")
                && Factored.number(input(square, 1))
                        .filter(number -> number == 2)
                        .isPresent();
        return isPower || (square.isOf("Mul") && input(square, 1) == d);
    }

    /** What is centered, if this is a value without its mean over these axes. */
    private static Optional<Computed> centered(Computed d, List<Long> axes) {
        boolean isDifference = d.isOf("Sub") && input(d, 0) instanceof Computed && input(d, 1) instanceof Computed;
        if (!isDifference || !(input(d, 0) instanceof Computed x) || !(input(d, 1) instanceof Computed mean)) {
            return Optional.empty();
        }
        boolean isMean = input(mean, 0) == x && axes(mean).filter(axes::equals).isPresent();
        return isMean ? Optional.of(x) : Optional.empty();
    }

    /** The axes of a mean that keeps its dimensions. */
    private static Optional<List<Long>> axes(Computed mean) {
        Call call = mean.made().call();
        if (call == null || !mean.isOf("ReduceMean") || !(input(mean, 0) instanceof Computed x)) {
            return Optional.empty();
        }
        try {
            List<Long> axes = call.axes(x);
            return call.whole("keepdims", 1) == 1 && !axes.isEmpty() ? Optional.of(axes) : Optional.empty();
        } catch (NoRuleException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Value input(Computed value, int position) {
        Call call = value.made().call();
        return call == null ? null : call.input(position).orElse(null);
    }
}
