package org.normscope.audit.network.onnx;

import java.util.List;
import java.util.Optional;
import org.normscope.audit.network.onnx.Factored.Polynomial;

/**
 * Functions {@code x g(x)} that exporters take apart: GELU, SiLU, Mish, hardswish. Slopes don't change when x is scaled inside g: with
 * h(u) = u g(u), x g(k x) = h(k x) / k, whose slope is that of h at k x.
 */
final class Gates {
    /** Coefficients of x and x³ inside the tanh of GELU's approximation are sqrt(2/π) (1, 0.044715): b / a³ is this. */
    private static final double CUBIC = 0.044715 * Math.PI / 2;

    private static final double TOLERANCE = 1e-5;

    /** Slopes of GELU by tanh, and 1e-4 more: of that family for all b / a³ within the tolerance. */
    private static final double[] GELU_TANH = {-0.1291, 1.1291};

    private Gates() {}

    /** The function that the product of x and the gate is, its factor included. */
    static Optional<Words> of(Computed x, Computed gate) {
        Call call = gate.made().call();
        if (call == null) {
            return Optional.empty();
        }
        return switch (call.node().operator()) {
            case "Sigmoid" -> linear(x, call).map(inner -> silu(inner.c()[1]));
            case "HardSigmoid" -> hardSigmoid(x, call);
            case "Clip" -> clip(x, call);
            case "Tanh" -> isSoftplus(x, call) ? Optional.of(Words.of("mish")) : Optional.empty();
            case "Add" -> onePlus(x, call);
            default -> Optional.empty();
        };
    }

    private static Optional<Polynomial> linear(Computed x, Call call) {
        return call.input(0).flatMap(inner -> Factored.in(x, inner)).filter(Polynomial::isLinear);
    }

    private static Words silu(double inner) {
        return Words.of(inner == 1 ? "silu" : "quick_gelu");
    }

    private static boolean isSoftplus(Computed x, Call tanh) {
        return tanh.input(0).orElse(null) instanceof Computed inner
                && inner.isOf("Softplus")
                && inner.made().from().equals(List.of(x));
    }

    /** {@code x (1 + erf(k x))}, {@code x (1 + tanh(a x + b x³))}: twice a GELU, or twice a SiLU where b is 0. */
    private static Optional<Words> onePlus(Computed x, Call add) {
        Value a = add.input(0).orElse(null);
        Value b = add.input(1).orElse(null);
        Value one = a instanceof Fixed ? a : b;
        Value function = a instanceof Fixed ? b : a;
        boolean isOne = Factored.number(one).filter(number -> number == 1).isPresent();
        if (!isOne || !(function instanceof Computed inner) || inner.made().call() == null) {
            return Optional.empty();
        }
        Optional<Polynomial> argument = inner.made().call().input(0).flatMap(value -> Factored.in(x, value));
        if (argument.isEmpty()) {
            return Optional.empty();
        }
        boolean isLinear = argument.get().isLinear();
        if (inner.isOf("Erf") && isLinear) {
            return Optional.of(twice(-0.128904145186, 1.128904145186));
        }
        if (inner.isOf("Tanh") && isLinear) {
            return Optional.of(twice(-0.099839320129, 1.099839320129));
        }
        return inner.isOf("Tanh") && isGelu(argument.get())
                ? Optional.of(twice(GELU_TANH[0], GELU_TANH[1]))
                : Optional.empty();
    }

    private static boolean isGelu(Polynomial argument) {
        double[] c = argument.c();
        double ratio = c[3] / (c[1] * c[1] * c[1]);
        return c[0] == 0 && c[2] == 0 && Math.abs(ratio / CUBIC - 1) < TOLERANCE;
    }

    private static Words twice(double least, double most) {
        return Words.factors(2 * least, 2 * most);
    }

    private static Optional<Words> hardSigmoid(Computed x, Call call) {
        try {
            double slope = call.real("alpha", 0.2f);
            double middle = call.real("beta", 0.5);
            boolean isOfX = call.input(0).orElse(null) == x && slope != 0;
            return isOfX ? Optional.of(clipped(middle, 0, 1)) : Optional.empty();
        } catch (NoRuleException e) {
            return Optional.empty();
        }
    }

    private static Optional<Words> clip(Computed x, Call call) {
        Optional<Polynomial> inner =
                call.input(0).flatMap(value -> Factored.in(x, value)).filter(Polynomial::isAffine);
        Optional<Functions.Limits> limits = Functions.limits(call).filter(Functions.Limits::areFinite);
        return inner.isEmpty() || limits.isEmpty()
                ? Optional.empty()
                : Optional.of(clipped(
                        inner.get().c()[0], limits.get().least(), limits.get().most()));
    }

    /**
     * {@code x u} with u = p x + q clipped to an interval: the slope is 2 u - q inside, and the interval's ends outside. Hardswish has q = 1/2
     * and [0, 1].
     */
    private static Words clipped(double q, double least, double most) {
        double low = Math.min(Math.min(least, most), Math.min(2 * least - q, 2 * most - q));
        double high = Math.max(Math.max(least, most), Math.max(2 * least - q, 2 * most - q));
        double margin = 1e-12 * Math.max(Math.abs(low), Math.abs(high));
        return Words.factors(low - margin, high + margin);
    }
}
