package org.normscope.audit.pass;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.SlabShare.Joining;
import org.normscope.audit.pass.SlabWork.Kind;
import org.normscope.audit.pass.SlabWork.Statistics;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Kernels.Block;
import org.normscope.kernel.Slab;
import org.normscope.kernel.SlabKernel;
import org.normscope.matrix.MatrixShape;
import org.normscope.weightnorm.StatisticsPass;

/**
 * A pass over a matrix whose lines are cut, in two reductions: {@code Z_i = sum over j of W_ij X_j} for band i, in the order of j, then
 * {@code Y_j = sum over i of W_ijᵀ Z_i}, in the order of the tree over i. Rows of a tall matrix are complete after the first, those of a
 * wide one after the second.
 */
final class BlockWork {
    private final MatrixShape shape;
    private final SlabWork work;
    private final SlabKernel kernel;

    BlockWork(MatrixShape shape, SlabWork work, Kernels kernels) {
        if (work.kind() == Kind.GRAM) {
            throw new IllegalArgumentException("a Gram matrix takes whole lines");
        }
        this.shape = shape;
        this.work = work;
        this.kernel = new SlabKernel(kernels, Math.scalb(1.0, -work.exponent()));
    }

    /** Whether the second reduction has anything to do. */
    boolean hasColumns() {
        return work.kind() == Kind.MULTIPLY || columnStatistics();
    }

    private boolean columnStatistics() {
        return work.statistics() != Statistics.KNOWN && !shape.isTall();
    }

    /**
     * {@code W_ij X_j} of one block.
     *
     * @param left the block's first entry of the short side
     */
    Projection project(Slab block, int left) {
        StatisticsPass statistics = shape.isTall() ? statistics(block) : null;
        double[] x = work.x();
        if (x == null) {
            return new Projection(new double[0], statistics);
        }
        int b = work.b();
        double[] part = Arrays.copyOfRange(x, left * b, (left + block.m()) * b);
        return new Projection(kernel.project(block, new Block(part, block.m(), b)), statistics);
    }

    private @Nullable StatisticsPass statistics(Slab block) {
        return switch (work.statistics()) {
            case TAKEN -> StatisticsPass.ofBlock(shape, block);
            case TAKEN_WITH_ROWS -> StatisticsPass.ofBlockKeepingRows(shape, block);
            case KNOWN -> null;
        };
    }

    /** What a band tells without its columns: norms of {@code Z_i}, or {@code Z_i} itself if the pass is after it. */
    SlabShare summary(Projection band) {
        StatisticsPass statistics = band.statistics();
        if (statistics != null) {
            statistics.completeLines();
        }
        return switch (work.kind()) {
            case PROJECT -> new SlabShare(Joining.APPENDED, band.z(), new double[0], statistics);
            case MULTIPLY -> {
                double[] norms = SlabKernel.squaredNorms(band.z(), work.b());
                yield new SlabShare(Joining.ADDED, new double[0], norms, statistics);
            }
            case SCAN, GRAM -> new SlabShare(Joining.ADDED, new double[0], new double[0], statistics);
        };
    }

    /** {@code W_ijᵀ Z_i} of one block, a part of {@code Y_j}. */
    SlabShare column(Slab block, Projection band) {
        StatisticsPass statistics = columnStatistics() ? statistics(block) : null;
        double[] y = work.kind() == Kind.MULTIPLY ? kernel.accumulate(block, band.z(), work.b()) : new double[0];
        return new SlabShare(Joining.ADDED, y, new double[0], statistics);
    }
}
