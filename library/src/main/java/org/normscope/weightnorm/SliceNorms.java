package org.normscope.weightnorm;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.Shape;

/**
 * The magnitudes {@code g} of a weight-norm decomposition {@code w = g v / ‖v‖}, from parts of a tensor: the Euclidean norm of every
 * slice along one dimension, or of the whole tensor ({@code torch.nn.utils.weight_norm}, file torch/nn/utils/weight_norm.py).
 *
 * <p>A part is any stretch of the tensor's elements in row-major order, so that a slice may lie in several blocks, files or
 * partitions. Parts are merged in the order of their elements; then the sums have the same bits whoever computed them. Sums of
 * squares carry their exponent and neither overflow nor vanish; {@code v} is the stored tensor itself and never collected.
 */
public final class SliceNorms implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Shape shape;
    private final @Nullable Integer dim;
    /** Slices from {@code first} on that were touched. */
    private SumOfSquares[] sums = new SumOfSquares[0];

    private long first;

    /**
     * Norms without any part yet.
     *
     * @param dim the dimension whose slices are measured, 0 to rank - 1; null for the whole tensor
     * @throws IllegalArgumentException if the tensor has no such dimension
     */
    public SliceNorms(Shape shape, @Nullable Integer dim) {
        if (dim != null && (dim < 0 || dim >= shape.rank())) {
            throw new IllegalArgumentException("a tensor of shape " + shape + " has no dimension " + dim);
        }
        this.shape = shape;
        this.dim = dim;
    }

    /** Number of slices: the size of the dimension, or 1 for the whole tensor. */
    public long slices() {
        return dim == null ? 1 : shape.dims().get(dim);
    }

    /** Elements in a row that belong to the same slice. */
    private long stretch() {
        return dim == null
                ? Math.max(1, shape.elements())
                : new Shape(shape.dims().subList(dim + 1, shape.rank())).elements();
    }

    /**
     * Takes a part in.
     *
     * @param values decoded elements. Not modified.
     * @param count how many of them, from 0 on
     * @param start place of the first one among the tensor's elements, row-major
     * @throws ArithmeticException if the part touches more slices than an array holds
     */
    public void add(double[] values, int count, long start) {
        long stretch = stretch();
        for (int i = 0; i < count; ) {
            long element = start + i;
            int run = (int) Math.min(count - i, stretch - element % stretch);
            long slice = (element / stretch) % slices();
            include(slice, LineSquares.of(values, i, run));
            i += run;
        }
    }

    /** Adds the norms of the part that follows. */
    public void merge(SliceNorms next) {
        for (int i = 0; i < next.sums.length; i++) {
            if (next.sums[i].high() != 0) {
                include(next.first + i, next.sums[i]);
            }
        }
    }

    private void include(long slice, SumOfSquares squares) {
        if (sums.length == 0) {
            first = slice;
        }
        reserve(slice);
        int index = Math.toIntExact(slice - first);
        sums[index] = sums[index].plus(squares);
    }

    /** Makes room for a slice on either side of those there are. */
    private void reserve(long slice) {
        long low = sums.length == 0 ? slice : Math.min(first, slice);
        long high = Math.max(first + sums.length, slice + 1);
        if (low == first && high == first + sums.length) {
            return;
        }
        int touched = Math.toIntExact(high - low);
        int capacity = (int) Math.min(slices() - low, Math.max(touched, 2L * sums.length));
        SumOfSquares[] wider = new SumOfSquares[capacity];
        Arrays.fill(wider, SumOfSquares.ZERO);
        System.arraycopy(sums, 0, wider, Math.toIntExact(first - low), sums.length);
        sums = wider;
        first = low;
    }

    /** The norm of a slice as far as parts were taken in; 0 for a slice of zeros or one never touched. */
    public double norm(long slice) {
        long index = slice - first;
        return index >= 0 && index < sums.length ? sums[(int) index].norm() : 0;
    }

    /**
     * All norms, in the order of the slices.
     *
     * @throws ArithmeticException if there are more than an array holds
     */
    public double[] norms() {
        double[] norms = new double[Math.toIntExact(slices())];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = norm(i);
        }
        return norms;
    }
}
