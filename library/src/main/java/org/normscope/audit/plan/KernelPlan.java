package org.normscope.audit.plan;

import java.util.List;
import java.util.Optional;
import org.normscope.convolution.Geometry;
import org.normscope.convolution.SearchCost;

/**
 * How a convolution is bounded as an operator; depends on the weight and the settings alone.
 *
 * @param shape of the kernel: two dims of channels, then taps
 * @param geometry how it moves; as nothing says it, with the largest norm of all
 * @param way how its norm is found
 */
public record KernelPlan(List<Long> shape, Geometry geometry, Way way) {
    /** A search may take so many blocks of memory. */
    private static final long BLOCKS = 3;

    /** How the norm is found. */
    public enum Way {
        /** The norm of the reshaped kernel times the root of the number of taps: exact for one tap. */
        RESHAPED,
        /** A search over all frequencies, with the kernel in memory. */
        SEARCHED
    }

    /** The plan for a task whose weight is a convolution; empty for others. */
    public static Optional<KernelPlan> of(AuditTask task, AuditSettings settings) {
        if (task.weight() == null || !task.weight().isConvolution()) {
            return Optional.empty();
        }
        List<Long> shape = task.tensor().shape().dims();
        Geometry geometry = Geometry.unknown(shape.size() - 2);
        boolean isSearched = shape.stream().skip(2).anyMatch(taps -> taps > 1)
                && !Striping.of(task, settings).isStriped()
                && SearchCost.of(shape, geometry).isWithin(BLOCKS * settings.blockBytes());
        return Optional.of(new KernelPlan(shape, geometry, isSearched ? Way.SEARCHED : Way.RESHAPED));
    }

    /** Taps altogether. */
    public long taps() {
        return shape.stream().skip(2).reduce(1L, Math::multiplyExact);
    }

    /** Heap in bytes that finding the norm takes. */
    public long memory() {
        return way == Way.SEARCHED ? (long) SearchCost.of(shape, geometry).bytes() : 0;
    }
}
