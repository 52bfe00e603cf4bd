package org.normscope.audit.plan;

import java.io.Serializable;
import org.normscope.matrix.SlabGrid;
import org.normscope.matrix.SumTree;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithms;

/**
 * How one matrix is cut and its passes are added up; depends on the matrix and the settings alone.
 *
 * @param grid the cut into slabs
 * @param tree the order of the sums
 */
public record Striping(SlabGrid grid, SumTree tree) implements Serializable {
    /** The striping of a task's matrix, which must have entries. */
    public static Striping of(AuditTask task, AuditSettings settings) {
        SlabGrid grid = SlabGrid.of(task.shape(), task.tensor().dtype().bytes(), settings.blockBytes());
        double m = task.shape().shortSide();
        boolean gram = settings.method(task.shape()) == Method.GRAM;
        double share = 8 * m * (gram ? m : NormAlgorithms.blockSize(settings.top()));
        return new Striping(grid, SumTree.of(grid.slabs(), (long) share));
    }

    /** Whether the matrix is cut at all. */
    public boolean isStriped() {
        return grid.slabs() > 1;
    }

    /** Additions in a row on the way of a product to the sum over the long side. */
    public long summationDepth() {
        return (long) grid.slabLength() + tree.depth();
    }
}
