package org.normscope.parity;

import java.util.List;
import org.normscope.tensor.Shape;

/**
 * A dimension of a row-major tensor in memory.
 *
 * @param dim its number, from 0 on
 * @param outer indices of all dimensions before it, together
 * @param size of the dimension
 * @param inner indices of all dimensions behind it, together
 */
record Axis(int dim, int outer, int size, int inner) {
    /**
     * The axis of a dimension from 0 on.
     *
     * @throws IllegalArgumentException if there is no such dimension
     */
    static Axis of(Shape shape, int dim) {
        if (dim < 0 || dim >= shape.rank()) {
            throw outOfRange(shape, 0, dim);
        }
        List<Long> dims = shape.dims();
        return new Axis(
                dim,
                elements(dims.subList(0, dim)),
                Math.toIntExact(dims.get(dim)),
                elements(dims.subList(dim + 1, dims.size())));
    }

    private static int elements(List<Long> dims) {
        return Math.toIntExact(new Shape(dims).elements());
    }

    /** A dimension that may be counted from the end, as torch does (-1 is the last), from 0 on. */
    static int signed(Shape shape, int dim) {
        if (dim < -shape.rank() || dim >= shape.rank()) {
            throw outOfRange(shape, -shape.rank(), dim);
        }
        return dim < 0 ? dim + shape.rank() : dim;
    }

    private static IllegalArgumentException outOfRange(Shape shape, int least, int dim) {
        return new IllegalArgumentException("dim " + dim + " is out of range for a tensor of shape " + shape
                + (shape.rank() == 0
                        ? "; a scalar has no dimension"
                        : "; give one of " + least + " to " + (shape.rank() - 1)));
    }

    /** Elements of all other dimensions together. */
    int others() {
        return Math.multiplyExact(outer, inner);
    }

    /** The index along the dimension of an element, by its place in the tensor. */
    int index(int element) {
        return element / inner % size;
    }
}
