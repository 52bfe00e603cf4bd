package org.normscope.lipschitz;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;

/** Maps {@code A x + b}: the constant is the norm of A, and a lower bound of it survives where nothing came before. */
final class Affine {
    private static final String ONLY_LOWER = "only a lower bound of a norm is known";

    private Affine() {}

    /** {@code A x + b} for each token, or for the whole where there are no tokens. */
    static Signal through(Signal in, Interval norm, UpperBound bias) {
        Optional<UpperBound> upper = norm.upper();
        if (upper.isEmpty()) {
            return in.thenUnbounded(ONLY_LOWER, null);
        }
        WideBound gain = WideBound.of(upper.get());
        WideBound radius = in.radius();
        WideBound moved = radius == null ? null : radius.times(gain).plus(WideBound.of(bias));
        Signal out = in.then(gain, moved);
        boolean first = in.relation() == Signal.Relation.REARRANGED;
        return first ? out.withLower(norm.lower()) : out;
    }

    /**
     * A linear map over positions, which has no meaning for each token by itself. Its norm is the supremum over inputs of any size, so its
     * lower end says nothing of inputs of one size; its bias counts once per position, so the norm of what comes out isn't bounded.
     */
    static Signal spatial(Signal in, Interval norm, Metric metric) {
        Optional<UpperBound> upper = norm.upper();
        if (metric == Metric.MAX_TOKEN_L2 || upper.isEmpty()) {
            return metric == Metric.MAX_TOKEN_L2 ? mixed(in, null) : in.thenUnbounded(ONLY_LOWER, null);
        }
        return in.then(WideBound.of(upper.get()), null);
    }

    /**
     * A linear map and the diagonal one behind it, by the norm of both together or by their product, whichever is smaller.
     *
     * @param folded norm of both together
     * @param apart the value behind them by the product
     * @param reach who attains the norm
     */
    static Signal folded(Signal in, Interval folded, Signal apart, Reach reach) {
        Optional<UpperBound> upper = folded.upper();
        if (apart.lipschitz() == null || upper.isEmpty()) {
            return apart;
        }
        Signal whole = in.then(WideBound.of(upper.get()), apart.radius());
        Signal least = apart.lipschitz().compareTo(whole.bound().orElseThrow()) < 0 ? apart : whole;
        boolean first = in.relation() == Signal.Relation.REARRANGED && reach == Reach.SOME_INPUT;
        return first ? least.withLower(folded.lower()) : least;
    }

    /** Who attains a norm. */
    enum Reach {
        /** Some input, as of a matrix. */
        SOME_INPUT,
        /** Inputs of growing size in the limit, as of a convolution. */
        LARGE_INPUTS
    }

    /** A map over positions with f(0) = 0 and this constant. */
    static Signal spatial(Signal in, WideBound gain, Metric metric) {
        WideBound radius = in.radius();
        return metric == Metric.MAX_TOKEN_L2
                ? mixed(in, null)
                : in.then(gain, radius == null ? null : radius.times(gain));
    }

    private static Signal mixed(Signal in, @Nullable WideBound radius) {
        return in.thenUnbounded("a layer over positions has no rule in max_token_l2", radius);
    }
}
