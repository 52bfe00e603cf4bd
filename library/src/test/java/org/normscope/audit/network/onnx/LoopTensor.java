package org.normscope.audit.network.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * A value of a graph that plain loops compute; integers are doubles, too.
 *
 * @param dims row-major
 * @param v entries. Not to be modified.
 */
record LoopTensor(int[] dims, double[] v) {
    static void require(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("shapes don't fit");
        }
    }

    static LoopTensor of(List<Integer> dims, double... values) {
        return new LoopTensor(dims.stream().mapToInt(Integer::intValue).toArray(), values);
    }

    static LoopTensor vector(double... values) {
        return new LoopTensor(new int[] {values.length}, values);
    }

    static int size(int[] dims) {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    int rank() {
        return dims.length;
    }

    int axis(long axis) {
        return (int) (axis < 0 ? axis + rank() : axis);
    }

    LoopTensor in(int... other) {
        if (size(other) != v.length) {
            throw new IllegalArgumentException(Arrays.toString(dims) + " as " + Arrays.toString(other));
        }
        return new LoopTensor(other, v);
    }

    int[] ints() {
        return Arrays.stream(v)
                .mapToInt(value -> (int) Math.max(-(1 << 30), Math.min(1 << 30, value)))
                .toArray();
    }

    LoopTensor map(DoubleUnaryOperator f) {
        return new LoopTensor(dims, Arrays.stream(v).map(f).toArray());
    }

    /** Position in row-major order. */
    static int at(int[] dims, int... index) {
        int place = 0;
        for (int i = 0; i < dims.length; i++) {
            place = place * dims[i] + index[i];
        }
        return place;
    }

    /** The index of a position in row-major order. */
    static int[] index(int[] dims, int place) {
        int[] index = new int[dims.length];
        int rest = place;
        for (int i = dims.length - 1; i >= 0; i--) {
            index[i] = rest % dims[i];
            rest /= dims[i];
        }
        return index;
    }

    /** A tensor whose entries are those of this one at other places; none where there is no such place. */
    LoopTensor taken(int[] shape, UnaryOperator<int[]> from, double none) {
        double[] taken = new double[size(shape)];
        for (int i = 0; i < taken.length; i++) {
            int[] index = from.apply(index(shape, i));
            boolean isInside = true;
            for (int d = 0; d < index.length; d++) {
                isInside &= index[d] >= 0 && index[d] < dims[d];
            }
            taken[i] = isInside ? v[at(dims, index)] : none;
        }
        return new LoopTensor(shape, taken);
    }

    /** Stretched to a shape that it can be stretched to. */
    LoopTensor stretched(int[] shape) {
        if (Arrays.equals(shape, dims)) {
            return this;
        }
        int missing = shape.length - rank();
        return taken(
                shape,
                index -> {
                    int[] own = new int[rank()];
                    for (int i = 0; i < own.length; i++) {
                        own[i] = dims[i] == 1 ? 0 : index[i + missing];
                    }
                    return own;
                },
                Double.NaN);
    }

    static int[] joined(int[] a, int[] b) {
        int rank = Math.max(a.length, b.length);
        int[] shape = new int[rank];
        for (int i = 0; i < rank; i++) {
            int x = i < rank - a.length ? 1 : a[i - rank + a.length];
            int y = i < rank - b.length ? 1 : b[i - rank + b.length];
            require(x == 1 || y == 1 || x == y);
            shape[i] = x == 1 ? y : x;
        }
        return shape;
    }

    LoopTensor with(LoopTensor other, DoubleBinaryOperator f) {
        int[] shape = joined(dims, other.dims);
        double[] a = stretched(shape).v;
        double[] b = other.stretched(shape).v;
        double[] result = new double[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = f.applyAsDouble(a[i], b[i]);
        }
        return new LoopTensor(shape, result);
    }

    LoopTensor transposed(int... perm) {
        int[] shape = Arrays.stream(perm).map(axis -> dims[axis]).toArray();
        return taken(
                shape,
                index -> {
                    int[] own = new int[perm.length];
                    for (int i = 0; i < perm.length; i++) {
                        own[perm[i]] = index[i];
                    }
                    return own;
                },
                Double.NaN);
    }

    /** Entries from a place on along an axis. */
    LoopTensor part(int axis, int from, int count, int step) {
        int[] shape = dims.clone();
        shape[axis] = count;
        return taken(
                shape,
                index -> {
                    int[] own = index.clone();
                    own[axis] = from + index[axis] * step;
                    return own;
                },
                Double.NaN);
    }

    static LoopTensor beside(List<LoopTensor> parts, int axis) {
        int[] shape = parts.get(0).dims.clone();
        parts.forEach(part -> require(
                Arrays.equals(part.part(axis, 0, 1, 1).dims, parts.get(0).part(axis, 0, 1, 1).dims)));
        shape[axis] = parts.stream().mapToInt(part -> part.dims[axis]).sum();
        double[] all = new double[size(shape)];
        int start = 0;
        for (LoopTensor part : parts) {
            for (int i = 0; i < part.v.length; i++) {
                int[] index = index(part.dims, i);
                index[axis] += start;
                all[at(shape, index)] = part.v[i];
            }
            start += part.dims[axis];
        }
        return new LoopTensor(shape, all);
    }

    /** Stacks of matrices times matrices, one of the stacks perhaps stretched. */
    LoopTensor times(LoopTensor other) {
        require(rank() > 1 && other.rank() > 1 && dims[rank() - 1] == other.dims[other.rank() - 2]);
        int[] stack = joined(Arrays.copyOf(dims, rank() - 2), Arrays.copyOf(other.dims, other.rank() - 2));
        int rows = dims[rank() - 2];
        int inner = dims[rank() - 1];
        int cols = other.dims[other.rank() - 1];
        LoopTensor a = stretched(with(stack, rows, inner));
        LoopTensor b = other.stretched(with(stack, inner, cols));
        double[] product = new double[size(stack) * rows * cols];
        for (int i = 0; i < product.length; i++) {
            int place = i / (rows * cols);
            int row = i / cols % rows;
            for (int k = 0; k < inner; k++) {
                product[i] += a.v[(place * rows + row) * inner + k] * b.v[(place * inner + k) * cols + i % cols];
            }
        }
        return new LoopTensor(with(stack, rows, cols), product);
    }

    private static int[] with(int[] dims, int... more) {
        int[] all = Arrays.copyOf(dims, dims.length + more.length);
        System.arraycopy(more, 0, all, dims.length, more.length);
        return all;
    }
}
