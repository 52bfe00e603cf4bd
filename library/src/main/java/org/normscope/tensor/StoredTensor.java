package org.normscope.tensor;

import java.io.Serializable;

/**
 * A tensor as it lies in a file: row-major, little-endian, without gaps.
 *
 * @param name the name the file writes
 * @param dtype element type
 * @param shape dimensions, outermost first
 * @param file index into {@link Checkpoint#files()}
 * @param offset bytes from the start of that file to the first element
 */
public record StoredTensor(String name, DType dtype, Shape shape, int file, long offset) implements Serializable {
    /** Length in the file, in bytes: {@code elements * bits / 8}. */
    public long bytes() {
        return bytes(dtype, shape);
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
