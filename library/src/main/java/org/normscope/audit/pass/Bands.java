package org.normscope.audit.pass;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.kernel.Kernels;
import org.normscope.matrix.BlockGrid;
import org.normscope.matrix.MatrixShape;

/** Shares of whole bands, computed by one thread: at one go where lines are whole, else block by block. */
final class Bands {
    private final BlockGrid grid;
    private final Slabs blocks;
    private final Kernels kernels;

    Bands(BlockGrid grid, Slabs blocks, Kernels kernels) {
        this.grid = grid;
        this.blocks = blocks;
        this.kernels = kernels;
    }

    /** The share of band {@code index}; blocks of a band that is cut are fetched once per reduction. */
    SlabShare share(SlabWork work, int index) throws IOException {
        MatrixShape shape = grid.bands().shape();
        if (!grid.isCutAcross()) {
            return work.of(shape, blocks.get(index), kernels);
        }
        BlockWork parts = new BlockWork(shape, work, kernels);
        Projection band = project(parts, index);
        List<SlabShare> columns = new ArrayList<>();
        for (int j = 0; j < grid.across() && parts.hasColumns(); j++) {
            columns.add(parts.column(blocks.get(grid.block(index, j)), band));
        }
        return SlabShare.across(parts.summary(band), columns);
    }

    private Projection project(BlockWork parts, int index) throws IOException {
        @Nullable Projection band = null;
        for (int j = 0; j < grid.across(); j++) {
            Projection next = parts.project(blocks.get(grid.block(index, j)), grid.left(j));
            band = band == null ? next : band.plus(next);
        }
        if (band == null) {
            throw new IllegalStateException("a band without blocks");
        }
        return band;
    }
}
