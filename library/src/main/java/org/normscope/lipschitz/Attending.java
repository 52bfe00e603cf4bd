package org.normscope.lipschitz;

import org.jspecify.annotations.Nullable;
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
        if (isSteep(attention.scores().queryNorm())
                || isSteep(attention.scores().keyNorm())) {
            return in.thenUnbounded(
                    "a norm of queries or keys with epsilon 0 has no Lipschitz constant near zero", null);
        }
        return bounded(in, attention, radius);
    }

    private static boolean isSteep(Layer.@Nullable Norm norm) {
        return norm != null && norm.epsilon() == 0;
    }

    private static Signal bounded(Signal in, Layer.Attention attention, WideBound radius) {
        WideBound together = WideBound.ZERO;
        WideBound values = WideBound.ZERO;
        WideBound means = WideBound.ZERO;
        WideBound reach = WideBound.ZERO;
        for (Layer.Attention.Head head : attention.heads()) {
            WideBound steep = WideBound.ONE.plus(radius.times(sensitivity(head, attention.scores(), radius)));
            together = together.plus(steep.times(head.outputValue()));
            values = values.hypot(steep.times(head.value().norm()));
            means = means.plus(radius.times(head.outputValue()));
            reach = reach.hypot(head.value().reach(radius));
        }
        WideBound apart = values.times(attention.output().norm());
        WideBound size = reach(attention, means, reach);
        return in.then(together.min(apart), size);
    }

    /** The largest norm of an output: values are averaged, their biases stay. */
    private static WideBound reach(Layer.Attention attention, WideBound means, WideBound values) {
        WideBound biases = WideBound.ZERO;
        for (Layer.Attention.Head head : attention.heads()) {
            biases = biases.hypot(WideBound.of(head.value().bias()));
        }
        WideBound byHead = means.plus(biases.times(attention.output().norm()));
        WideBound whole = values.times(attention.output().norm());
        return byHead.min(whole).plus(WideBound.of(attention.output().bias()));
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
