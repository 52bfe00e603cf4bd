package org.normscope.matrix;

import java.io.Serializable;

/**
 * How a matrix is cut along its long side into slabs that hold the whole short side; arithmetic only. The cut depends on the
 * matrix and the block size, never on threads or machines, so that sums over slabs have one order.
 *
 * @param shape the matrix; not empty
 * @param elementBytes bytes per entry
 * @param slabLength entries of the long side per slab; the last slab may be shorter
 */
public record SlabGrid(MatrixShape shape, int elementBytes, int slabLength) implements Serializable {
    /** Largest slab in bytes: what a Java array holds, with room to spare. */
    public static final long LARGEST_SLAB = 1L << 30;

    /**
     * The cut with slabs of at most {@code blockBytes}, and of at least one line of the long side.
     *
     * @throws ArithmeticException if a single line is longer than {@link #LARGEST_SLAB}
     */
    public static SlabGrid of(MatrixShape shape, int elementBytes, long blockBytes) {
        long line = Math.multiplyExact(shape.shortSide(), (long) elementBytes);
        if (line > LARGEST_SLAB) {
            throw new ArithmeticException("a line of " + line + " bytes exceeds " + LARGEST_SLAB);
        }
        long lines = Math.max(1, Math.min(blockBytes, LARGEST_SLAB) / line);
        return new SlabGrid(shape, elementBytes, Math.toIntExact(Math.min(lines, shape.longSide())));
    }

    /** Number of slabs, at least 1. */
    public int slabs() {
        return Math.toIntExact((shape.longSide() + slabLength - 1) / slabLength);
    }

    /** First line of the long side in slab {@code index}. */
    public long start(int index) {
        return (long) index * slabLength;
    }

    /** Lines of the long side in slab {@code index}. */
    public int length(int index) {
        return (int) Math.min(slabLength, shape.longSide() - start(index));
    }

    /** Bytes of slab {@code index}. */
    public int bytes(int index) {
        return Math.toIntExact(length(index) * shape.shortSide() * elementBytes);
    }
}
