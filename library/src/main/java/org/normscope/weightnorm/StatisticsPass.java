package org.normscope.weightnorm;

import java.io.Serializable;
import org.normscope.kernel.Slab;
import org.normscope.matrix.MatrixShape;
import org.normscope.tensor.DType;

/**
 * A slab's share of {@link MatrixStatistics}; shares are merged in the order of their slabs. In a tall matrix a row is a line
 * and complete within its slab, or once the blocks beside each other are put together; in a wide one a row crosses all slabs and grows with
 * each of them.
 */
public final class StatisticsPass implements Serializable {
    private static final long serialVersionUID = 1L;

    private final MatrixShape shape;
    private Rows rows;
    private long nan;
    private long inf;
    private double maxAbs;

    private StatisticsPass(MatrixShape shape, Rows rows) {
        this.shape = shape;
        this.rows = rows;
    }

    /** The share of one slab of a matrix of this shape. */
    public static StatisticsPass of(MatrixShape shape, Slab slab) {
        return new StatisticsPass(shape, whole(shape, slab, 0)).take(slab);
    }

    /** The same, which also keeps the norm of every row of a tall matrix: 8 bytes per line of the slab. */
    public static StatisticsPass keepingRows(MatrixShape shape, Slab slab) {
        return new StatisticsPass(shape, whole(shape, slab, slab.lines())).take(slab);
    }

    private static Rows whole(MatrixShape shape, Slab slab, int kept) {
        return shape.isTall() ? new Rows.Complete(kept) : new Rows.Growing(slab.m());
    }

    /** The share of one block of a matrix whose lines are cut: it has parts of lines. */
    public static StatisticsPass ofBlock(MatrixShape shape, Slab block) {
        return new StatisticsPass(shape, cut(shape, block, 0)).take(block);
    }

    /** The same, which also keeps the norm of every row of a tall matrix once its lines are complete. */
    public static StatisticsPass ofBlockKeepingRows(MatrixShape shape, Slab block) {
        return new StatisticsPass(shape, cut(shape, block, block.lines())).take(block);
    }

    private static Rows cut(MatrixShape shape, Slab block, int kept) {
        return shape.isTall() ? new Rows.Parts(block.lines(), kept) : new Rows.Growing(block.m());
    }

    private StatisticsPass take(Slab slab) {
        boolean wideRange = slab.dtype() == DType.F64 || slab.scaling() != null;
        slab.forEachTile(1, (tile, first, lines) -> {
            scan(tile, lines * slab.m());
            rows.add(tile, first, lines, slab.m(), wideRange);
        });
        return this;
    }

    private void scan(double[] tile, int count) {
        double largest = maxAbs;
        double poison = 0;
        for (int i = 0; i < count; i++) {
            double magnitude = Math.abs(tile[i]);
            poison += tile[i] * 0.0;
            largest = magnitude > largest ? magnitude : largest;
        }
        maxAbs = largest;
        if (poison != 0) {
            countNonFinite(tile, count);
        }
    }

    private void countNonFinite(double[] tile, int count) {
        for (int i = 0; i < count; i++) {
            if (Double.isNaN(tile[i])) {
                nan++;
            } else if (Double.isInfinite(tile[i])) {
                inf++;
            }
        }
    }

    /** Adds the share of the slab that follows. */
    public void merge(StatisticsPass next) {
        count(next);
        rows.merge(next.rows);
    }

    /** Adds the share of the block that follows in the same lines. */
    public void beside(StatisticsPass next) {
        count(next);
        rows = rows.beside(next.rows);
    }

    /** Says that lines have no further block: in a tall matrix, rows are complete. */
    public void completeLines() {
        rows = rows.complete();
    }

    private void count(StatisticsPass next) {
        nan += next.nan;
        inf += next.inf;
        maxAbs = Math.max(maxAbs, next.maxAbs);
    }

    /** Norms of the rows that are complete within these slabs, in order, and lets go of them; empty if none are kept. */
    public double[] takeCompleteRows() {
        return rows.takeComplete();
    }

    /** Puts norms back that were taken, of all rows that are complete within these slabs. */
    public void giveCompleteRows(double[] norms) {
        rows.giveComplete(norms);
    }

    /** Norms of the rows that cross all slabs, as far as they are merged; empty for a tall matrix. */
    public double[] crossingRows() {
        return rows.crossing();
    }

    /** The statistics of everything merged so far. Row norms mean nothing unless all entries are finite. */
    public MatrixStatistics result() {
        Rows.Summary summary = rows.summary();
        double mean = summary.sum() / shape.rows();
        MatrixStatistics.Range range = new MatrixStatistics.Range(summary.min(), summary.max(), mean);
        return new MatrixStatistics(nan, inf, summary.zeros(), maxAbs, summary.squares(), range);
    }
}
