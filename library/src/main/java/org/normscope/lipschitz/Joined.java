package org.normscope.lipschitz;

import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.LowerBound;
import org.normscope.bound.WideBound;

/** Where several ways through a network meet. */
final class Joined {
    private Joined() {}

    /** Constants and radii add up. */
    static Signal sum(List<Signal> parts) {
        return reduce(parts, WideBound::plus);
    }

    /** Squares of constants and radii add up; a part can't move more than the whole. */
    static Signal rootOfSquares(List<Signal> parts) {
        return reduce(parts, WideBound::hypot).withLower(largestLower(parts));
    }

    /** Each part is measured by itself. */
    static Signal largest(List<Signal> parts) {
        return reduce(parts, WideBound::max).withLower(largestLower(parts));
    }

    /** The entrywise product; a norm bounds every entry. */
    static Signal product(Signal a, Signal b) {
        WideBound left = a.radius();
        WideBound right = b.radius();
        WideBound radius = left == null || right == null ? null : left.times(right);
        if (a.lipschitz() == null || b.lipschitz() == null) {
            return (a.lipschitz() == null ? a : b).thenUnbounded("", radius);
        }
        return left == null || right == null
                ? a.thenUnbounded("a product of two values has no constant where one of them isn't bounded", radius)
                : Signal.bounded(left.times(b.lipschitz()).plus(right.times(a.lipschitz())), radius);
    }

    private static Signal reduce(List<Signal> parts, BinaryOperator<WideBound> join) {
        @Nullable WideBound radius = parts.get(0).radius();
        @Nullable WideBound bound = parts.get(0).lipschitz();
        Signal blocked = parts.get(0);
        for (Signal part : parts.subList(1, parts.size())) {
            WideBound partRadius = part.radius();
            WideBound partBound = part.lipschitz();
            blocked = blocked.lipschitz() == null ? blocked : part;
            radius = radius == null || partRadius == null ? null : join.apply(radius, partRadius);
            bound = bound == null || partBound == null ? null : join.apply(bound, partBound);
        }
        return bound == null ? blocked.thenUnbounded("", radius) : Signal.bounded(bound, radius);
    }

    private static LowerBound largestLower(List<Signal> parts) {
        double lower = 0;
        for (Signal part : parts) {
            lower = Math.max(lower, part.lower().value());
        }
        return new LowerBound(lower);
    }
}
