package org.normscope.matrix;

import java.io.Serializable;

/**
 * How a matrix is cut into blocks; arithmetic only. The long side is cut into bands, and where a whole line of the short side would not
 * fit a block, each band is cut across too. Blocks are numbered band by band. Like {@link SlabGrid}, the cut depends on the matrix and the
 * block size, never on threads or machines.
 *
 * @param bands the cut along the long side
 * @param blockWidth entries of the short side per block; the last block of a band may be narrower
 */
public record BlockGrid(SlabGrid bands, int blockWidth) implements Serializable {
    /** Blocks of at most {@code blockBytes}: slabs if a line fits one, else about as many lines as entries of each line. */
    public static BlockGrid of(MatrixShape shape, int elementBytes, long blockBytes) {
        long most = Math.min(blockBytes, SlabGrid.LARGEST_SLAB);
        long line = Math.multiplyExact(shape.shortSide(), (long) elementBytes);
        return line <= most
                ? ofWholeLines(SlabGrid.of(shape, elementBytes, blockBytes))
                : cutAcross(shape, elementBytes, Math.max(1, most / elementBytes));
    }

    /** Bands that are not cut across. */
    public static BlockGrid ofWholeLines(SlabGrid bands) {
        return new BlockGrid(bands, Math.toIntExact(bands.shape().shortSide()));
    }

    private static BlockGrid cutAcross(MatrixShape shape, int elementBytes, long entries) {
        long side = (long) Math.sqrt(entries);
        int width = Math.toIntExact(quotient(shape.shortSide(), quotient(shape.shortSide(), side)));
        int length = Math.toIntExact(Math.min(entries / width, shape.longSide()));
        return new BlockGrid(new SlabGrid(shape, elementBytes, length), width);
    }

    /** The quotient, rounded up. */
    private static long quotient(long whole, long part) {
        return (whole + part - 1) / part;
    }

    /** Blocks in a band, at least 1; 1 if lines are whole. */
    public int across() {
        return Math.toIntExact(quotient(bands.shape().shortSide(), blockWidth));
    }

    /** Whether lines are cut, so that a product takes two reductions. */
    public boolean isCutAcross() {
        return across() > 1;
    }

    /**
     * Number of blocks, at least 1.
     *
     * @throws ArithmeticException if there are more than 2^31 - 1
     */
    public int blocks() {
        return Math.multiplyExact(bands.slabs(), across());
    }

    /** The number of the block at a position of a band. */
    public int block(int band, int position) {
        return band * across() + position;
    }

    /** The band that a block belongs to. */
    public int band(int block) {
        return block / across();
    }

    /** A block's position in its band. */
    public int position(int block) {
        return block % across();
    }

    /** First entry of the short side at a position. */
    public int left(int position) {
        return position * blockWidth;
    }

    /** Entries of the short side at a position. */
    public int width(int position) {
        return (int) Math.min(blockWidth, bands.shape().shortSide() - left(position));
    }

    /** Bytes of a block. */
    public int bytes(int block) {
        long entries = (long) bands.length(band(block)) * width(position(block));
        return Math.toIntExact(entries * bands.elementBytes());
    }
}
