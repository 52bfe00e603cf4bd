package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Quantity;
import org.normscope.bound.QuantityTable;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;

/**
 * Attention in the largest norm of a token. With weights P and scores s, {@code dy_i = sum_j P_ij V dx_j + V sum_j P_ij (x_j - mean_i) ds_ij},
 * mean_i being that of the x_j under P_i. The first sum is at most {@code ‖V‖} times the largest ‖dx_j‖, the second by Cauchy and Schwarz
 * {@code ‖V‖ R max |ds_ij|}, and {@code |ds_ij|} at most s times the largest ‖dx‖. So {@code ‖V‖ (1 + R s)}, for any number of tokens.
 */
final class Attending {
    private Attending() {}

    static Signal through(Signal in, Layer.Attention attention, Metric metric) {
        if (metric != Metric.MAX_TOKEN_L2) {
            return in.thenUnbounded(
                    "attention's constant in l2 grows with the number of tokens; it has one in max_token_l2", null);
        }
        WideBound radius = in.radius();
        if (radius == null) {
            return in.thenUnbounded(
                    "dot-product attention has no Lipschitz constant where the norm of its input isn't bounded", null);
        }
        if (isSteep(attention)) {
            return in.thenUnbounded(
                    "a norm of queries or keys with epsilon 0 has no Lipschitz constant near zero", null);
        }
        return bounded(in, attention, radius);
    }

    private static boolean isSteep(Layer.Attention attention) {
        return isSteep(attention.scores().queryNorm())
                || isSteep(attention.scores().keyNorm());
    }

    private static boolean isSteep(Layer.@Nullable Norm norm) {
        return norm != null && Normalization.gain(WideBound.ONE, 0, norm.epsilon()) == null;
    }

    private static Signal bounded(Signal in, Layer.Attention attention, WideBound radius) {
        Sums sums = Sums.of(attention, radius);
        WideBound output = WideBound.of(attention.output().norm());
        WideBound size = sums.means
                .min(sums.values.times(output))
                .plus(WideBound.of(attention.output().bias()));
        return in.then(sums.together.min(sums.apart.times(output)), size);
    }

    /**
     * Sums over heads, each bounding the same thing in one of two ways.
     *
     * @param together {@code sum ‖W_O W_V‖ (1 + R s)}
     * @param apart {@code sqrt(sum (‖W_V‖ (1 + R s))²)}, still to be multiplied by W_O
     * @param means the largest norm of an output without its bias: {@code sum ‖W_O W_V‖ R + ‖W_O‖ ‖b_V‖}, for values are averaged and
     *     their biases stay
     * @param values the largest norm of all heads' values, still to be multiplied by W_O
     */
    private record Sums(WideBound together, WideBound apart, WideBound means, WideBound values) {
        static Sums of(Layer.Attention attention, WideBound radius) {
            WideBound together = WideBound.ZERO;
            WideBound apart = WideBound.ZERO;
            WideBound means = WideBound.ZERO;
            WideBound values = WideBound.ZERO;
            WideBound biases = WideBound.ZERO;
            for (Layer.Attention.Head head : attention.heads()) {
                WideBound steep = steep(head, attention.scores(), radius);
                together = together.plus(steep.times(head.outputValue()));
                apart = apart.hypot(steep.times(head.value().norm()));
                means = means.plus(radius.times(head.outputValue()));
                values = values.hypot(head.value().reach(radius));
                biases = biases.hypot(WideBound.of(head.value().bias()));
            }
            return new Sums(
                    together, apart, means.plus(biases.times(attention.output().norm())), values);
        }
    }

    /** {@code 1 + R s}. */
    private static WideBound steep(Layer.Attention.Head head, Layer.Attention.Scores scores, WideBound radius) {
        return WideBound.ONE.plus(radius.times(sensitivity(head, scores, radius)));
    }

    /** The numbers of the rule; none where the input isn't bounded. */
    static List<Quantity> quantities(Signal in, Layer.Attention attention) {
        WideBound radius = in.radius();
        if (radius == null || isSteep(attention)) {
            return List.of();
        }
        Sums sums = Sums.of(attention, radius);
        return List.of(
                Quantity.atMost("S", "the heads one by one", sums.together),
                Quantity.atMost("T", "the heads' values, all at once", sums.apart),
                Quantity.atMost(
                        "‖W_O‖", "norm of the output matrix", attention.output().norm()),
                Quantity.atMost("M", "largest norm of an output, head by head", sums.means),
                Quantity.atMost("V", "largest norm of all values", sums.values),
                Quantity.atMost(
                        "‖b_O‖", "norm of the output's bias", attention.output().bias()));
    }

    /** Each head's norms, a_h, s_h, largest score and share of S. */
    static List<QuantityTable> tables(Signal in, Layer.Attention attention) {
        WideBound radius = in.radius();
        if (radius == null || isSteep(attention)) {
            return List.of();
        }
        List<QuantityTable.Line> lines = new ArrayList<>();
        for (Layer.Attention.Head head : attention.heads()) {
            WideBound moved = sensitivity(head, attention.scores(), radius);
            lines.add(new QuantityTable.Line(
                    String.valueOf(lines.size()),
                    List.of(
                            WideBound.of(head.query().norm()),
                            WideBound.of(head.key().norm()),
                            WideBound.of(head.value().norm()),
                            WideBound.of(head.outputValue()),
                            coupling(head, attention.scores()),
                            moved,
                            logits(head, attention.scores(), radius),
                            steep(head, attention.scores(), radius).times(head.outputValue()))));
        }
        String couplings = attention.heads().stream().anyMatch(head -> isDirect(head, attention.scores()))
                ? "heads, a_h = factor ‖W_Qᵀ W_K‖"
                : "heads, a_h = factor ‖W_Q‖ ‖W_K‖, for something lies between queries and keys";
        return List.of(new QuantityTable(
                couplings,
                List.of("‖W_Q‖", "‖W_K‖", "‖W_V‖", "‖W_O W_V‖", "a_h", "s_h", "largest score", "‖W_O W_V‖ (1 + R s_h)"),
                lines));
    }

    /** a_h: what the dot product of two tokens is at most multiplied by, where neither has a norm of its own. */
    private static WideBound coupling(Layer.Attention.Head head, Layer.Attention.Scores scores) {
        WideBound apart = WideBound.of(head.query().norm()).times(head.key().norm());
        UpperBound product = head.queryKey();
        WideBound met = product != null && isDirect(head, scores) ? apart.min(WideBound.of(product)) : apart;
        return met.times(scores.factor());
    }

    private static boolean isDirect(Layer.Attention.Head head, Layer.Attention.Scores scores) {
        return head.queryKey() != null && meet(scores);
    }

    /** s: how much a score moves at most when no token moves by more than 1, tokens of norm at most R. */
    private static WideBound sensitivity(Layer.Attention.Head head, Layer.Attention.Scores scores, WideBound radius) {
        WideBound query = WideBound.of(head.query().norm());
        WideBound key = WideBound.of(head.key().norm());
        WideBound moved = size(head.query(), scores.queryNorm(), radius)
                .times(slope(key, scores.keyNorm()))
                .plus(size(head.key(), scores.keyNorm(), radius).times(slope(query, scores.queryNorm())));
        if (head.queryKey() != null && meet(scores)) {
            WideBound product = radius.times(head.queryKey()).times(2).plus(biases(head));
            moved = moved.min(product);
        }
        return moved.times(scores.factor());
    }

    /** The largest score, in size. */
    static WideBound logits(Layer.Attention.Head head, Layer.Attention.Scores scores, WideBound radius) {
        WideBound size =
                size(head.query(), scores.queryNorm(), radius).times(size(head.key(), scores.keyNorm(), radius));
        if (head.queryKey() != null && meet(scores)) {
            WideBound product = radius.times(radius).times(head.queryKey());
            WideBound constant =
                    WideBound.of(head.query().bias()).times(head.key().bias());
            size = size.min(product.plus(radius.times(biases(head))).plus(constant));
        }
        return size.times(scores.factor());
    }

    /** {@code ‖b_q‖ ‖W_K‖ + ‖b_k‖ ‖W_Q‖}. */
    private static WideBound biases(Layer.Attention.Head head) {
        WideBound ofQuery = WideBound.of(head.query().bias()).times(head.key().norm());
        return ofQuery.plus(WideBound.of(head.key().bias()).times(head.query().norm()));
    }

    /** Whether {@code W_Qᵀ W_K} is what tokens meet: nothing lies between. */
    private static boolean meet(Layer.Attention.Scores scores) {
        return scores.positions() == Layer.Attention.Scores.Positions.ELSEWHERE
                && scores.queryNorm() == null
                && scores.keyNorm() == null;
    }

    private static WideBound size(Layer.Projection projection, Layer.@Nullable Norm norm, WideBound radius) {
        return norm == null ? projection.reach(radius) : Normalization.radius(norm);
    }

    /** Of the projection and the norm behind it, if there is one; its input may be as small as it likes. */
    private static WideBound slope(WideBound projection, Layer.@Nullable Norm norm) {
        return norm == null ? projection : projection.times(Normalization.steepest(norm));
    }
}
