package org.normscope.tensor;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The dimensions of a tensor, outermost first, with an element count that fits a {@code long}.
 *
 * @param dims sizes, each at least 0; empty for a scalar. Not modified.
 */
public record Shape(List<Long> dims) implements Serializable {
    /**
     * @throws IllegalArgumentException if a dimension is negative
     * @throws ArithmeticException if the number of elements, zero dimensions left out, exceeds {@code Long.MAX_VALUE}
     */
    public Shape {
        dims = List.copyOf(dims);
        long product = 1;
        for (long dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("negative dimension " + dim);
            }
            // A zero must not hide an overflow of the other dimensions.
            product = Math.multiplyExact(product, Math.max(dim, 1));
        }
    }

    /** The shape with these dimensions. */
    public static Shape of(long... dims) {
        return new Shape(java.util.Arrays.stream(dims).boxed().toList());
    }

    /** Number of dimensions; 0 for a scalar. */
    public int rank() {
        return dims.size();
    }

    /** Number of elements; 1 for a scalar, 0 if any dimension is 0. */
    public long elements() {
        long product = 1;
        for (long dim : dims) {
            product *= dim;
        }
        return product;
    }

    /** Rows of the 2-D view with dimension 0 first; only for rank 1 and above. */
    public long rows() {
        return dims.get(0);
    }

    /** Columns of the 2-D view with dimension 0 first: the product of all other dimensions (1 for rank 1). */
    public long columns() {
        return new Shape(dims.subList(1, dims.size())).elements();
    }

    /** The shape of one index of dimension 0; only for rank 1 and above. */
    public Shape slice() {
        return new Shape(dims.subList(1, dims.size()));
    }

    /** For people: {@code [4096, 11008]}. */
    @Override
    public String toString() {
        return dims.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
