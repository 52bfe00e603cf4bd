package org.normscope.audit.network.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operators of ONNX that have a rule; docs/network.md lists them. */
final class Operators {
    /** Operators whose results aren't determined by their inputs. */
    private static final Set<String> RANDOM = Set.of(
            "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial");

    private static final Map<String, Operator> ALL = new HashMap<>();

    static {
        LinearOperators.addTo(ALL);
        Functions.addTo(ALL);
        Joins.addTo(ALL);
        Products.addTo(ALL);
        Moves.addTo(ALL);
        Pooling.addTo(ALL);
        Reductions.addTo(ALL);
        Normalizations.addTo(ALL);
        ALL.put("Pad", Operator.of(Padding::pad));
        ALL.put("Resize", Operator.of(Resizing::resize));
        ALL.put("Upsample", Operator.of(Resizing::resize));
    }

    private Operators() {}

    /** The rule for an operator, if there is one. */
    static Optional<Operator> named(String operator) {
        return Optional.ofNullable(ALL.get(operator));
    }

    static boolean isRandom(String operator) {
        return RANDOM.contains(operator);
    }
}
