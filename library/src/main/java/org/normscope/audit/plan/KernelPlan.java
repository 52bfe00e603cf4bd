package org.normscope.audit.plan;

import java.util.List;
import java.util.Optional;
import org.normscope.convolution.SearchCost;
import org.normscope.tensor.Shape;
import org.normscope.weights.EffectiveWeight;

/**
 * How a convolution is bounded as an operator; depends on the weight, its use and the settings alone.
 *
 * @param shape of the kernel: two dims of channels, then taps
 * @param dim the dimension that became the rows of the matrix that is read
 * @param use how the layer moves it; as long as nothing says it, with the largest norm of all
 * @param way how its norm is found
 */
public record KernelPlan(List<Long> shape, int dim, KernelUse use, Way way) {
    /** A search may take so many blocks of memory. */
    private static final long BLOCKS = 3;

    /** How the norm is found. */
    public enum Way {
        /** From the norm of the reshaped kernel: exact where no input counts twice for an output. */
        RESHAPED,
        /** A search over all frequencies, with the kernel in memory. */
        SEARCHED,
        /** The same, whose evaluations are large enough to be shared out. */
        SPREAD
    }

    /** The plan for a task whose weight is a convolution; empty for others, and where nobody wants it. */
    public static Optional<KernelPlan> of(AuditTask task, AuditSettings settings) {
        EffectiveWeight weight = task.weight();
        KernelUse known = task.use();
        if (weight == null || KernelUse.NONE.equals(known) || (known == null && !weight.isConvolution())) {
            return Optional.empty();
        }
        List<Long> shape = weight.shape().dims();
        KernelUse use = known == null ? KernelUse.unknown(shape.size() - 2) : known;
        // Which dimension became rows may be known only when the factors are.
        SigmaUsed divisor = task.made() == null ? null : task.made().sigmaUsed();
        int dim = divisor == null ? weight.dim() : divisor.dim();
        KernelPlan reshaped = new KernelPlan(shape, dim, use, Way.RESHAPED);
        SearchCost cost = SearchCost.of(shape, use.geometry());
        boolean isSearched =
                !reshaped.isTheMatrix() && !Striping.of(task, settings).isStriped() && cost.isWithin(heap(settings));
        Way way = cost.isLarge() ? Way.SPREAD : Way.SEARCHED;
        return Optional.of(isSearched ? new KernelPlan(shape, dim, use, way) : reshaped);
    }

    /** Whether a tensor of that shape can be a kernel. */
    public static boolean fits(Shape shape) {
        return shape.rank() >= 3 && shape.rank() <= 5 && shape.elements() > 0;
    }

    /** Heap in bytes that the search for one norm may take. */
    public static long heap(AuditSettings settings) {
        return BLOCKS * settings.blockBytes();
    }

    /** Whether the norm is that of the reshaped kernel: its symbol is constant. */
    private boolean isTheMatrix() {
        return use.geometry().groups() == 1 && (taps() == 1 || (dim == 0 && shifts() == 1));
    }

    /** Taps altogether. */
    public long taps() {
        return shape.stream().skip(2).reduce(1L, Math::multiplyExact);
    }

    /** The norm is at most the root of this times that of the reshaped kernel: the shifts of the symbol. */
    public long shifts() {
        return dim == 0 ? use.geometry().shifts(shape) : taps();
    }

    /** The norm of the reshaped kernel is at most the root of this times the norm: groups, and phases if they lie along its columns. */
    public long parts() {
        long phases = dim == 0 ? 1 : use.geometry().phases(shape);
        return Math.multiplyExact(phases, use.geometry().groups());
    }

    /** Where an entry of the matrix stands in the kernel, row-major. */
    public int position(long row, long col) {
        long after = shape.stream().skip(dim + 1L).reduce(1L, Math::multiplyExact);
        return Math.toIntExact(col / after * after * shape.get(dim) + row * after + col % after);
    }

    /** Heap in bytes that finding the norm takes. */
    public long memory() {
        return way != Way.RESHAPED ? (long) SearchCost.of(shape, use.geometry()).bytes() : 0;
    }
}
