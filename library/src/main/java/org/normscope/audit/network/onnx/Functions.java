package org.normscope.audit.network.onnx;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.normscope.format.onnx.Attribute;

/** Functions of each entry, and softmax. */
final class Functions {
    private static final double UNBOUNDED = Double.POSITIVE_INFINITY;
    /** ONNX's numbers for its floating point types: float, float16, double, bfloat16. */
    static final Set<Long> FLOATS = Set.of(1L, 10L, 11L, 16L);

    private static final double ATAN = Math.nextUp(Math.PI / 2);
    /** 2 / sqrt(pi), or above. */
    private static final double ERF = 1.1283791670955128;

    private Functions() {}

    static void addTo(Map<String, Operator> all) {
        bounded(all, "Sigmoid", "sigmoid", 1);
        bounded(all, "Tanh", "tanh", 1);
        bounded(all, "Softsign", "softsign", 1);
        bounded(all, "Sin", "sin", 1);
        bounded(all, "Cos", "cos", 1);
        bounded(all, "Softplus", "softplus", UNBOUNDED);
        bounded(all, "HardSwish", "hardswish", UNBOUNDED);
        bounded(all, "Mish", "mish", UNBOUNDED);
        keeping(all, "Relu", "relu");
        keeping(all, "Abs", "abs");
        sloped(all, "Erf", Words.factors(0, ERF), 1);
        sloped(all, "Atan", Words.factors(0, 1), ATAN);
        sloped(all, "Asinh", Words.factors(0, 1), UNBOUNDED);
        all.put("Neg", Operator.of(call -> kept(call, Words.scale(-1))));
        all.put("LeakyRelu", Operator.of(call -> made(call, Words.of("leaky_relu", call.real("alpha", 0.01f)))));
        all.put("PRelu", Operator.of(Functions::prelu));
        all.put("Elu", Operator.of(Functions::elu));
        all.put("Celu", Operator.of(Functions::celu));
        all.put("Selu", Operator.of(Functions::selu));
        all.put("HardSigmoid", Operator.of(Functions::hardSigmoid));
        all.put("Shrink", Operator.of(Functions::shrink));
        all.put("Gelu", Operator.of(Functions::gelu));
        all.put("Swish", Operator.of(Functions::swish));
        all.put("Clip", Operator.of(Functions::clip));
        all.put("Pow", Operator.of(Functions::power));
        all.put("Softmax", Operator.of(call -> made(call, 1, Words.of("softmax", 1.0))));
        all.put("LogSoftmax", Operator.of(Functions::logSoftmax));
        all.put("Identity", Operator.of(Call::only));
        all.put("Dropout", Operator.of(Functions::dropout));
        all.put("Cast", Operator.of(Functions::cast));
    }

    private static void bounded(Map<String, Operator> all, String operator, String word, double largest) {
        sloped(all, operator, Words.of(word), largest);
    }

    private static void sloped(Map<String, Operator> all, String operator, Words words, double largest) {
        all.put(operator, Operator.of(call -> made(call, largest, words)));
    }

    /** A function that makes no entry larger. */
    private static void keeping(Map<String, Operator> all, String operator, String word) {
        all.put(operator, Operator.of(call -> kept(call, Words.of(word))));
    }

    private static Computed kept(Call call, Words words) throws NoRuleException {
        return made(call, call.only().largest(), words);
    }

    private static Computed made(Call call, Words words) throws NoRuleException {
        return made(call, UNBOUNDED, words);
    }

    private static Computed made(Call call, double largest, Words words) throws NoRuleException {
        Computed x = call.only();
        return call.make(x.dims(), x, largest, words);
    }

    private static Computed prelu(Call call) throws NoRuleException {
        Computed x = call.only();
        Fixed slope = call.fixed(1).orElseThrow(() -> new NoRuleException("without slopes"));
        Computed stretched = call.stretched(x, List.of(slope.dims()));
        Dims dims = Broadcast.result(List.of(x.dims(), slope.dims()));
        Optional<Double> least = slope.least();
        Optional<Double> most = slope.most();
        if (least.isPresent() && most.isPresent()) {
            return call.make(dims, stretched, Words.factors(Math.min(1, least.get()), Math.max(1, most.get())));
        }
        Fixed.Origin origin = slope.origin();
        if (origin == null || slope.reals() != null) {
            throw new NoRuleException("by slopes that can't be told from the file");
        }
        return call.make(dims, stretched, Words.of("prelu", origin.name()));
    }

    private static Computed elu(Call call) throws NoRuleException {
        double alpha = call.real("alpha", 1);
        return made(call, alpha > 0 ? Words.of("elu", alpha) : Words.factors(alpha, 1));
    }

    private static Computed celu(Call call) throws NoRuleException {
        if (!(call.real("alpha", 1) > 0)) {
            throw new NoRuleException("with an alpha that isn't above 0");
        }
        return made(call, Words.factors(0, 1));
    }

    /** Slopes {@code gamma} above 0, {@code gamma alpha exp x} below; products of two floats are exact. */
    private static Computed selu(Call call) throws NoRuleException {
        double alpha = call.real("alpha", 1.67326319217681884765625);
        double gamma = call.real("gamma", 1.05070102214813232421875);
        double below = gamma * alpha;
        return made(call, Words.factors(Math.min(0, Math.min(gamma, below)), Math.max(0, Math.max(gamma, below))));
    }

    private static Computed hardSigmoid(Call call) throws NoRuleException {
        double alpha = call.real("alpha", 0.2f);
        return made(call, 1, Words.slopes(Math.min(0, alpha), Math.max(0, alpha)));
    }

    private static Computed shrink(Call call) throws NoRuleException {
        double lambda = call.real("lambd", 0.5);
        if (lambda < 0 || call.real("bias", 0) != lambda) {
            throw new NoRuleException("that jumps: bias and lambd differ");
        }
        return made(call, Words.of("softshrink"));
    }

    private static Computed gelu(Call call) throws NoRuleException {
        String way = call.text("approximate", "none");
        return switch (way) {
            case "none" -> made(call, Words.of("gelu"));
            case "tanh" -> made(call, Words.of("gelu_tanh"));
            default -> throw new NoRuleException("approximated by " + way);
        };
    }

    private static Computed swish(Call call) throws NoRuleException {
        return made(call, Words.of(call.real("alpha", 1) == 1 ? "silu" : "quick_gelu"));
    }

    /**
     * The ends of an interval.
     *
     * @param least or negative infinity
     * @param most or infinity
     */
    record Limits(double least, double most) {
        boolean areFinite() {
            return Double.isFinite(least) && Double.isFinite(most);
        }
    }

    /** What Clip clips to; empty if that can't be told. */
    static Optional<Limits> limits(Call call) {
        Optional<Double> least = limit(call, "min", 1, Double.NEGATIVE_INFINITY);
        Optional<Double> most = limit(call, "max", 2, Double.POSITIVE_INFINITY);
        return least.isEmpty() || most.isEmpty() ? Optional.empty() : Optional.of(new Limits(least.get(), most.get()));
    }

    private static Optional<Double> limit(Call call, String attribute, int input, double standard) {
        if (call.node().attributes().get(attribute) instanceof Attribute.Real real) {
            return Optional.of(real.value());
        }
        Value value = call.input(input).orElse(null);
        return value == null ? Optional.of(standard) : Factored.number(value);
    }

    private static Computed clip(Call call) throws NoRuleException {
        Computed x = call.only();
        for (int i = 1; i < 3; i++) {
            Fixed limit = call.fixed(i).orElse(null);
            if (limit != null && !limit.dims().isSingle()) {
                throw new NoRuleException("to limits that are no numbers");
            }
        }
        Optional<Limits> limits = limits(call);
        double size = limits.map(ends -> Math.max(Math.abs(ends.least()), Math.abs(ends.most())))
                .orElse(UNBOUNDED);
        boolean hasZero =
                limits.filter(ends -> ends.least() <= 0 && ends.most() >= 0).isPresent();
        return hasZero
                ? call.make(x.dims(), x, Math.min(x.largest(), size), Words.of("hardtanh"))
                : call.make(x.dims(), x, size, Words.slopes(0, 1));
    }

    private static Computed power(Call call) throws NoRuleException {
        Computed x = call.only();
        double exponent = call.fixed(1).flatMap(Factored::number).orElse(Double.NaN);
        // A single number may have more dimensions.
        Dims dims = Broadcast.result(call.values().stream().map(Value::dims).toList());
        if (exponent == 1) {
            return call.moved(dims, x, "flatten");
        }
        double slope = exponent * Math.pow(x.largest(), exponent - 1);
        boolean isWhole = exponent >= 2 && exponent == Math.rint(exponent);
        if (!isWhole || !Products.isOrdinary(slope)) {
            throw new NoRuleException("where its slope isn't bounded");
        }
        double most = slope * (1 + 1e-12);
        return call.make(dims, x, Math.nextUp(most * x.largest()), Words.factors(-most, most));
    }

    private static Computed logSoftmax(Call call) throws NoRuleException {
        Computed x = call.only();
        long axis = call.whole("axis", call.opset() < 13 ? 1 : -1);
        int place = x.dims().place(axis);
        int rank = x.dims().orNone().size();
        // Before version 13 all dimensions from the axis on are one.
        Dims dims = x.dims();
        long classes = (place < 0
                        ? dims.elements()
                        : Dims.product(dims.part(place, call.opset() < 13 ? rank : place + 1)))
                .orElse(0);
        if (classes < 1 || classes > Integer.MAX_VALUE) {
            throw NoRuleException.ofShape("over an unknown number of classes");
        }
        return made(call, Words.of("log_softmax", (double) classes));
    }

    /** At inference nothing is dropped. */
    private static Computed dropout(Call call) throws NoRuleException {
        Computed x = call.only();
        if (!isInference(call)) {
            throw new NoRuleException("in training mode");
        }
        return x;
    }

    /** Whether Dropout isn't told to train. */
    static boolean isInference(Call call) throws NoRuleException {
        Fixed training = call.fixed(2).orElse(null);
        return training == null
                || (training.wholes() != null
                        && training.wholes().size() == 1
                        && training.wholes().get(0).is(0));
    }

    private static Computed cast(Call call) throws NoRuleException {
        Computed x = call.only();
        boolean isFloat = FLOATS.contains(call.whole("to", 0));
        if (isFloat == (x.sense() == Computed.Sense.TOKENS)) {
            throw new NoRuleException(isFloat ? "of integers from outside" : "to integers");
        }
        return x;
    }
}
