package org.normscope.lipschitz;

import java.util.Locale;
import java.util.Optional;

/**
 * Functions that networks apply to each entry, with the range of their slopes. Where a number is no closed form it is rounded away
 * from zero in the twelfth decimal; MATH: docs/math/lipschitz.md.
 */
public enum Activation {
    /** x. */
    IDENTITY(1, 1, 1, 0),
    /** max(x, 0). */
    RELU(0, 1, 1, 0),
    /** min(max(x, 0), 6). */
    RELU6(0, 1, 1, 0),
    /** x clamped to an interval around 0. */
    HARDTANH(0, 1, 1, 0),
    /** tanh x. */
    TANH(0, 1, 1, 0),
    /** x - tanh x. */
    TANHSHRINK(0, 1, 1, 0),
    /** x moved towards 0 by a constant, and no further. */
    SOFTSHRINK(0, 1, 1, 0),
    /** log(1 + exp x). */
    SOFTPLUS(0, 1, 1, 0.693147180560),
    /** -log(1 + exp(-x)). */
    LOGSIGMOID(0, 1, 1, 0.693147180560),
    /** x / (1 + |x|). */
    SOFTSIGN(0, 1, 1, 0),
    /** |x|. */
    ABS(-1, 1, 1, 0),
    /** sin x. */
    SIN(-1, 1, 1, 0),
    /** cos x. */
    COS(-1, 1, 1, 1),
    /** 1 / (1 + exp(-x)). */
    SIGMOID(0, 0.25, 0.25, 0.5),
    /** min(max(x/6 + 1/2, 0), 1). */
    HARDSIGMOID(0, Math.nextUp(1.0 / 6), Math.nextUp(1.0 / 6), 0.5),
    /** 1.0507... x for x > 0, else 1.7580... (exp x - 1). */
    SELU(0, 1.758099340848, 1.758099340848, 0),
    /** x times the normal distribution function at x; extreme slopes at x = sqrt(2) and -sqrt(2). */
    GELU(-0.128904145186, 1.128904145186, 1, 0),
    /** GELU's approximation by tanh. */
    GELU_TANH(-0.128993068659, 1.128993068659, 1, 0),
    /** x sigmoid(1.702 x): slopes of SiLU. */
    QUICK_GELU(-0.099839320129, 1.099839320129, 1, 0),
    /** x sigmoid(x). */
    SILU(-0.099839320129, 1.099839320129, 1, 0),
    /** x tanh(softplus x). */
    MISH(-0.112526122390, 1.088498161252, 1, 0),
    /** x hardsigmoid(x). */
    HARDSWISH(-0.5, 1.5, 1, 0);

    private final Layer.Elementwise function;

    Activation(double minSlope, double maxSlope, double growth, double atZero) {
        function = new Layer.Elementwise(name().toLowerCase(Locale.ROOT), minSlope, maxSlope, growth, atZero);
    }

    /** The function as a layer. */
    public Layer.Elementwise layer() {
        return function;
    }

    /** The function of this name, in lower case with {@code _} between words. */
    public static Optional<Activation> named(String name) {
        for (Activation activation : values()) {
            if (activation.function.name().equals(name)) {
                return Optional.of(activation);
            }
        }
        return Optional.empty();
    }
}
