package org.normscope.tensor;

import java.io.Serializable;
import java.util.function.IntUnaryOperator;
import org.normscope.tensor.Layout.Coded;
import org.normscope.tensor.Layout.LowRankSum;
import org.normscope.tensor.Layout.Opaque;

/**
 * A tensor as it lies in the files of a checkpoint.
 *
 * @param name the name the file writes
 * @param dtype element type; for block codes the type that holds the decoded elements
 * @param shape dimensions, outermost first
 * @param layout how the elements lie
 */
public record StoredTensor(String name, DType dtype, Shape shape, Layout layout) implements Serializable {
    /** A little-endian, row-major tensor without gaps. */
    public static StoredTensor contiguous(String name, DType dtype, Shape shape, int file, long offset) {
        return new StoredTensor(name, dtype, shape, Layout.contiguous(file, offset, shape));
    }

    /** One index of dimension 0, as a tensor of its own; only for two dimensions and above. */
    public StoredTensor slice(long index) {
        return new StoredTensor(name, dtype, shape.slice(), layout.slice(index, shape, dtype));
    }

    /** The same elements with dimension {@code dim} moved to the front. */
    public StoredTensor withFirst(int dim) {
        return new StoredTensor(name, dtype, new Shape(Layout.withFirst(shape.dims(), dim)), layout.withFirst(dim));
    }

    /** The word for the element type: that of the file, where no {@link DType} says it. */
    public String type() {
        if (layout instanceof Coded coded) {
            return coded.code().name();
        }
        return layout instanceof Opaque opaque ? opaque.type() : dtype.name();
    }

    /** Bytes of the elements as they are read: {@code elements * bits / 8}. */
    public long bytes() {
        return layout instanceof Opaque opaque ? opaque.bytes() : bytes(dtype, shape);
    }

    /** The same in a checkpoint that numbers its files otherwise. */
    public StoredTensor renumbered(IntUnaryOperator number) {
        return new StoredTensor(name, dtype, shape, layout.renumbered(number));
    }

    /** Bytes that the elements take in their file, or those from which they are computed. */
    public long storedBytes() {
        if (layout instanceof LowRankSum sum) {
            return sum.base().storedBytes() + sum.a().storedBytes() + sum.b().storedBytes();
        }
        return layout instanceof Coded coded
                ? shape.elements() / coded.code().weights() * coded.code().bytes()
                : bytes();
    }

    /** The file that the first element lies in. */
    public int file() {
        return layout.files().iterator().next();
    }

    /** Bytes from the start of {@link #file} to the first element, or to the stream or block that has it. */
    public long offset() {
        return layout.offset();
    }

    /**
     * Bytes that a tensor of this type and shape takes.
     *
     * @throws ArithmeticException if the number of bits exceeds {@code Long.MAX_VALUE} or isn't a whole number of bytes
     */
    public static long bytes(DType dtype, Shape shape) {
        long bits = Math.multiplyExact(shape.elements(), (long) dtype.bits());
        if (bits % 8 != 0) {
            throw new ArithmeticException(bits + " bits are not a whole number of bytes");
        }
        return bits / 8;
    }
}
