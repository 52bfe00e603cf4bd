package org.normscope.lipschitz;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Quantity;
import org.normscope.bound.WideBound;

/**
 * Mixtures of experts, {@code y = sum over the chosen e of p_e(x) E_e(x)}, p from a softmax: {@code dy = sum p_e dE_e + sum dp_e E_e}, the
 * first at most the largest expert's, the second {@code sqrt(k) ‖dp‖ max ‖E_e‖} with {@code ‖dp‖ <= ‖W_router dx‖ / 2}.
 */
final class Mixture {
    private Mixture() {}

    static Signal through(Signal in, Layer.Moe mixture, Conditions conditions) {
        List<Signal> outputs = mixture.experts().stream()
                .map(expert -> expert.through(List.of(in), conditions))
                .toList();
        Signal largest = Joined.largest(outputs);
        WideBound radius = largest.radius();
        if (conditions.routing() == Conditions.Routing.ANY) {
            return in.thenUnbounded(
                    "top-k routing is discontinuous: a mixture of experts has no Lipschitz constant", radius);
        }
        return fixed(in, largest, mixture, radius);
    }

    /** The numbers of the rule. */
    static List<Quantity> quantities(Signal in, Layer.Moe mixture, Conditions conditions) {
        Signal largest = Joined.largest(mixture.experts().stream()
                .map(expert -> expert.through(List.of(in), conditions))
                .toList());
        return List.of(
                Quantity.atMost("max_e L_e", "the steepest expert, with what is before it", largest.lipschitz()),
                Quantity.atMost("max_e R_e", "largest norm of an expert's output", largest.radius()),
                Quantity.exactly("k", "experts chosen", mixture.chosen()),
                Quantity.atMost("‖W_router‖", "spectral norm of the router", mixture.router()));
    }

    private static Signal fixed(Signal in, Signal largest, Layer.Moe mixture, @Nullable WideBound radius) {
        WideBound before = in.lipschitz();
        WideBound experts = largest.lipschitz();
        if (before == null || experts == null) {
            String reason = largest.reason();
            return in.thenUnbounded(reason == null ? "" : reason, radius);
        }
        if (radius == null) {
            return in.thenUnbounded(
                    "the outputs of the experts aren't bounded, so their weights have no constant", null);
        }
        WideBound weights = WideBound.of(mixture.chosen())
                .root()
                .times(0.5)
                .times(mixture.router())
                .times(radius);
        return Signal.bounded(experts.plus(before.times(weights)), radius);
    }
}
