package org.normscope.parity;

import java.util.Arrays;
import org.normscope.kernel.Decoder;
import org.normscope.kernel.Encoder;
import org.normscope.linalg.Matrix;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** A tensor of doubles in memory, row-major; never changes. Equal to one of the same shape and the same numbers. */
public final class DenseTensor {
    private final Shape shape;
    private final double[] values;

    private DenseTensor(Shape shape, double[] values) {
        this.shape = shape;
        this.values = values;
    }

    /**
     * A tensor of this shape.
     *
     * @param values row-major. Not modified, copied.
     * @throws IllegalArgumentException if there are more or fewer of them than the shape has elements
     */
    public static DenseTensor of(Shape shape, double... values) {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException(values.length + " numbers for a tensor of shape " + shape
                    + ", which has " + shape.elements() + "; give as many as that");
        }
        return new DenseTensor(shape, values.clone());
    }

    /** Takes the array over. */
    static DenseTensor owning(Shape shape, double[] values) {
        return new DenseTensor(shape, values);
    }

    /** The dimensions. */
    public Shape shape() {
        return shape;
    }

    /** All elements, row-major; a copy. */
    public double[] values() {
        return values.clone();
    }

    /** The array itself, not to be modified. */
    double[] shared() {
        return values;
    }

    /**
     * The matrix that torch's spectral norm sees, {@code permute(dim, others).reshape(size(dim), -1)}: one dimension down, the others
     * across in their order. A vector is a single column.
     *
     * @param dim 0 to rank - 1
     * @throws IllegalArgumentException if there is no such dimension
     */
    public Matrix matrix(int dim) {
        Axis axis = Axis.of(shape, dim);
        Matrix matrix = Matrix.zeros(axis.size(), axis.others());
        for (int i = 0; i < values.length; i++) {
            int column = i / (axis.size() * axis.inner()) * axis.inner() + i % axis.inner();
            matrix.set(axis.index(i), column, values[i]);
        }
        return matrix;
    }

    /**
     * What a checkpoint of this type stores of the tensor: every element rounded once, to the nearest number, ties to even.
     *
     * @throws IllegalArgumentException if the type isn't of kind FLOAT
     */
    public DenseTensor rounded(DType dtype) {
        if (dtype.kind() != DType.Kind.FLOAT) {
            throw new IllegalArgumentException(
                    dtype + " can't be written; take F64, F32, F16, BF16, F8_E4M3 or F8_E5M2");
        }
        byte[] stored = new byte[Math.multiplyExact(values.length, dtype.bytes())];
        Encoder.encode(dtype, values, 0, values.length, stored);
        double[] rounded = new double[values.length];
        Decoder.decode(dtype, stored, 0, rounded, 0, rounded.length);
        return new DenseTensor(shape, rounded);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DenseTensor tensor
                && shape.equals(tensor.shape)
                && Arrays.equals(values, tensor.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    /** For people: the shape. */
    @Override
    public String toString() {
        return "tensor of shape " + shape;
    }
}
