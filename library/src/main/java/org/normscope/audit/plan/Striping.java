package org.normscope.audit.plan;

import java.io.Serializable;
import org.normscope.matrix.BlockGrid;
import org.normscope.matrix.SlabGrid;
import org.normscope.matrix.SumTree;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithms;

/**
 * How one matrix is cut and its passes are added up; depends on the matrix and the settings alone.
 *
 * @param grid the cut into slabs, or into blocks where a line is longer than a block
 * @param tree the order of the sums over bands
 */
public record Striping(BlockGrid grid, SumTree tree) implements Serializable {
    /** The striping of a task's matrix, which must have entries. */
    public static Striping of(AuditTask task, AuditSettings settings) {
        boolean gram = settings.method(task.shape()) == Method.GRAM;
        // A product is made in memory, in one piece.
        long blockBytes = task.isProduct() ? SlabGrid.LARGEST_SLAB : settings.blockBytes();
        BlockGrid grid = grid(task, blockBytes, gram ? Lines.WHOLE : Lines.CUT_IF_LONG);
        double m = task.shape().shortSide();
        double share = 8 * m * (gram ? m : NormAlgorithms.blockSize(settings.top()));
        return new Striping(grid, SumTree.of(grid.bands().slabs(), (long) share));
    }

    /** Whether blocks hold whole lines: a Gram matrix takes them, and with its short side limited they always fit. */
    private enum Lines {
        WHOLE,
        CUT_IF_LONG
    }

    private static BlockGrid grid(AuditTask task, long blockBytes, Lines lines) {
        int elementBytes = task.tensor().dtype().bytes();
        return lines == Lines.WHOLE
                ? BlockGrid.ofWholeLines(SlabGrid.of(task.shape(), elementBytes, blockBytes))
                : BlockGrid.of(task.shape(), elementBytes, blockBytes);
    }

    /** Whether the matrix is cut at all. */
    public boolean isStriped() {
        return grid.blocks() > 1;
    }

    /** Additions in a row on the way of a product to the sum over the long side. */
    public long summationDepth() {
        return (long) grid.bands().slabLength() + tree.depth();
    }
}
