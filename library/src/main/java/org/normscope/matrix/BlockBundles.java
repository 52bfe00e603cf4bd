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

    /**
     * Numbers that bundles, each held by itself, send per vector of a product: {@code W X} by blocks, its sum over each band to every bundle
     * with a block of it, and the parts of {@code WᵀW X}.
     */
    public long shuffled() {
        SlabGrid bands = grid.bands();
        long sums = 0;
        for (int band = 0; band < bands.slabs(); band++) {
            sums += (long) bands.length(band) * holders(band);
        }
        return bands.shape().longSide() * grid.across()
                + sums
                + bands.slabs() * bands.shape().shortSide();
    }

    /** Messages in which they send it: two for every block, one for every bundle that takes the sum over a band, a summary of each band. */
    public long messages() {
        long sums = 0;
        for (int band = 0; band < grid.bands().slabs(); band++) {
            sums += holders(band);
        }
        return 2L * grid.blocks() + sums + grid.bands().slabs();
    }

    private int holders(int band) {
        return lastOf(band) - firstOf(band) + 1;
    }

    /** Last bundle with a block of this band. */
    public int lastOf(int band) {
        return grid.block(band, grid.across() - 1) / size;
    }
}
