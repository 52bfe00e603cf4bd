package org.normscope.matrix;

import java.io.Serializable;

/**
 * Neighbouring blocks of a grid that are held in one place; arithmetic only. No sum depends on it: blocks send what they computed to
 * whoever adds up their band or their column.
 *
 * @param grid the blocks
 * @param size blocks per bundle, at least 1; the last bundle may have fewer
 */
public record BlockBundles(BlockGrid grid, int size) implements Serializable {
    /** Bundles that are never joined: work for that many tasks. */
    private static final int FEWEST = 32;

    /** Below this, what a task costs to start outweighs what it computes. */
    private static final long WORTHWHILE_BYTES = 8L << 20;

    /** Bundles of at least one block, and of about 8 MB where blocks are small and many. */
    public static BlockBundles of(BlockGrid grid) {
        int blocks = grid.blocks();
        long worthwhile = Math.max(1, WORTHWHILE_BYTES / grid.bytes(0));
        return new BlockBundles(grid, (int) Math.max(1, Math.min(worthwhile, blocks / FEWEST)));
    }

    /** Number of bundles, at least 1. */
    public int bundles() {
        return (int) (((long) grid.blocks() + size - 1) / size);
    }

    /** First block of a bundle. */
    public int first(int bundle) {
        return bundle * size;
    }

    /** Blocks in a bundle. */
    public int count(int bundle) {
        return Math.min(size, grid.blocks() - first(bundle));
    }

    /** First bundle with a block of this band. */
    public int firstOf(int band) {
        return grid.block(band, 0) / size;
    }

    /** Last bundle with a block of this band. */
    public int lastOf(int band) {
        return grid.block(band, grid.across() - 1) / size;
    }
}
