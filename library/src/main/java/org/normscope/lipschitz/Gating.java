package org.normscope.lipschitz;

import java.util.List;
import org.normscope.bound.Quantity;
import org.normscope.bound.WideBound;

/**
 * Gated MLPs on tokens of norm at most R: the Jacobian is {@code W_down (diag(f'(g) u) W_gate + diag(f(g)) W_up)}, and each entry of u and of f(g) is bounded
 * by its row: {@code |u_i| <= ‖u_i‖ R + |b_i|}, {@code |f(g_i)| <= growth (‖g_i‖ R + |b_i|) + |f(0)|}.
 */
final class Gating {
    private Gating() {}

    static Signal through(Signal in, Layer.GatedMlp mlp) {
        WideBound radius = in.radius();
        if (radius == null) {
            return in.thenUnbounded(
                    "a gated MLP has no Lipschitz constant where the norm of its input isn't bounded", null);
        }
        WideBound inner = byUp(mlp, radius).times(mlp.activation().steepest()).plus(byGate(mlp, radius));
        return in.then(inner.times(mlp.down().norm()), reach(mlp, radius));
    }

    /** {@code ‖diag(u) W_gate‖}. */
    private static WideBound byUp(Layer.GatedMlp mlp, WideBound radius) {
        WideBound gate = WideBound.of(mlp.gate().whole().norm());
        WideBound rows = mlp.crossed() == null
                ? gate.times(mlp.up().largestRow())
                : WideBound.of(mlp.crossed().gateByUp());
        return rows.times(radius).plus(gate.times(mlp.up().largestBias()));
    }

    /** {@code ‖diag(f(g)) W_up‖}. */
    private static WideBound byGate(Layer.GatedMlp mlp, WideBound radius) {
        WideBound up = WideBound.of(mlp.up().whole().norm());
        WideBound rows = mlp.crossed() == null
                ? up.times(mlp.gate().largestRow())
                : WideBound.of(mlp.crossed().upByGate());
        WideBound offset = WideBound.of(mlp.gate().largestBias())
                .times(mlp.activation().growth())
                .plus(WideBound.of(mlp.activation().atZero()));
        return rows.times(radius).times(mlp.activation().growth()).plus(up.times(offset));
    }

    /** The numbers of the rule; none where the input isn't bounded. */
    static List<Quantity> quantities(Signal in, Layer.GatedMlp mlp) {
        WideBound radius = in.radius();
        return radius == null
                ? List.of()
                : List.of(
                        Quantity.atMost(
                                "‖W_down‖",
                                "spectral norm of W_down",
                                mlp.down().norm()),
                        Quantity.atMost(
                                "slope",
                                "steepest slope of " + mlp.activation().name(),
                                mlp.activation().steepest()),
                        Quantity.atMost("G", "of the gate, its rows times those of W_up", byUp(mlp, radius)),
                        Quantity.atMost("U", "of W_up, its rows times those of the gate", byGate(mlp, radius)),
                        Quantity.atMost("H", "largest norm of what W_down takes", hidden(mlp, radius)),
                        Quantity.atMost(
                                "‖b_down‖", "norm of its bias", mlp.down().bias()));
    }

    private static WideBound reach(Layer.GatedMlp mlp, WideBound radius) {
        return hidden(mlp, radius)
                .times(mlp.down().norm())
                .plus(WideBound.of(mlp.down().bias()));
    }

    /** The largest norm of what W_down takes: the largest entry of one factor times the norm of the other. */
    private static WideBound hidden(Layer.GatedMlp mlp, WideBound radius) {
        Layer.Elementwise f = mlp.activation();
        WideBound zero = WideBound.of(f.atZero());
        WideBound both = entry(mlp.gate(), radius)
                .times(f.growth())
                .plus(zero)
                .times(mlp.up().whole().reach(radius));
        if (f.atZero() == 0) {
            WideBound gate = mlp.gate().whole().reach(radius).times(f.growth());
            both = both.min(gate.times(entry(mlp.up(), radius)));
        }
        return both;
    }

    private static WideBound entry(Layer.GatedMlp.Branch branch, WideBound radius) {
        return radius.times(branch.largestRow()).plus(WideBound.of(branch.largestBias()));
    }
}
