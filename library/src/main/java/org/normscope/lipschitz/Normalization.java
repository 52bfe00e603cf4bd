package org.normscope.lipschitz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.LowerBound;
import org.normscope.bound.WideBound;

/** Normalizations: steep at small inputs, and bounded whatever goes in. */
final class Normalization {
    private Normalization() {}

    /** The value behind a normalization. */
    static Signal through(Signal in, Layer.Norm norm, Conditions conditions) {
        WideBound radius = conditions.metric() == Metric.MAX_TOKEN_L2 ? radius(norm) : null;
        double squared = Math.nextDown(conditions.spreadFloor() * conditions.spreadFloor());
        WideBound gain = gain(WideBound.of(norm.largestScale()), Math.max(0, squared), norm.epsilon());
        return gain == null
                ? in.thenUnbounded(
                        "a normalization with epsilon 0 has no Lipschitz constant near constant inputs", radius)
                : in.then(gain, radius);
    }

    /** {@code scale / sqrt(squaredFloor + epsilon)}; null where that is infinite. */
    static @Nullable WideBound gain(WideBound scale, double squaredFloor, double epsilon) {
        double below = Math.nextDown(Math.sqrt(Math.nextDown(squaredFloor + epsilon)));
        return below > 0 ? scale.over(new LowerBound(below)) : null;
    }

    /** The gain at the smallest inputs; epsilon must not be 0. */
    static WideBound steepest(Layer.Norm norm) {
        return Objects.requireNonNull(gain(WideBound.of(norm.largestScale()), 0, norm.epsilon()));
    }

    /** {@code sqrt(width) max |scale| + ‖bias‖}. */
    static WideBound radius(Layer.Norm norm) {
        return WideBound.of(norm.width()).root().times(norm.largestScale()).plus(WideBound.of(norm.bias()));
    }
}
