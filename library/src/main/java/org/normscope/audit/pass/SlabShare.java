package org.normscope.audit.pass;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.kernel.SlabKernel;
import org.normscope.weightnorm.StatisticsPass;

/**
 * What a pass made of one slab, or of several neighbours: put together in a fixed order, so that it has the same bits wherever it was
 * computed.
 */
public final class SlabShare implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final double[] NONE = {};

    /** How products of neighbours are put together. */
    enum Joining {
        /** Sums are added up. */
        ADDED,
        /** Lines are laid end to end. */
        APPENDED
    }

    private final Joining joining;
    private final double[] product;
    private final double[] squaredNorms;
    private final @Nullable StatisticsPass statistics;

    SlabShare(Joining joining, double[] product, double[] squaredNorms, @Nullable StatisticsPass statistics) {
        this.joining = joining;
        this.product = product;
        this.squaredNorms = squaredNorms;
        this.statistics = statistics;
    }

    /** The product, as its {@link SlabWork.Kind} lays it out. Not a copy. */
    double[] product() {
        return product;
    }

    /** About how many bytes it takes on its way. */
    public int bytes() {
        return (int) Math.min(1 << 30, 8L * (product.length + squaredNorms.length) + (1 << 12));
    }

    /** Squared column norms of {@code W X}, for a multiplication. Not a copy. */
    double[] squaredNorms() {
        return squaredNorms;
    }

    /** What the pass counted, if it took the statistics. */
    @Nullable
    StatisticsPass statistics() {
        return statistics;
    }

    /** Norms of the rows that are complete in these slabs, if the pass keeps them; the share lets go of them. */
    double[] takeCompleteRows() {
        return statistics == null ? NONE : statistics.takeCompleteRows();
    }

    /** Puts norms back that {@link #takeCompleteRows} took, of all rows that are complete in these slabs. */
    void giveCompleteRows(double[] norms) {
        if (statistics != null && norms.length > 0) {
            statistics.giveCompleteRows(norms);
        }
    }

    /** Norms of the rows that cross all slabs, as far as they are added up. */
    double[] crossingRows() {
        return statistics == null ? NONE : statistics.crossingRows();
    }

    /**
     * The share of all lines of a band, or of the matrix, from those of its columns; all are used up.
     *
     * @param summary what belongs to no column
     * @param columns parts of the product along the short side, in their order; may be empty
     */
    static SlabShare across(SlabShare summary, List<SlabShare> columns) {
        if (columns.isEmpty()) {
            return summary;
        }
        double[] product = new double
                [columns.stream().mapToInt(column -> column.product.length).reduce(0, Math::addExact)];
        StatisticsPass statistics = summary.statistics;
        int at = 0;
        for (SlabShare column : columns) {
            System.arraycopy(column.product, 0, product, at, column.product.length);
            at += column.product.length;
            if (statistics == null) {
                statistics = column.statistics;
            } else if (column.statistics != null) {
                statistics.beside(column.statistics);
            }
        }
        double[] whole = summary.joining == Joining.APPENDED ? summary.product : product;
        return new SlabShare(summary.joining, whole, summary.squaredNorms, statistics);
    }

    /** This share and the one of the slabs that follow; both are used up. */
    SlabShare plus(SlabShare next) {
        SlabKernel.add(squaredNorms, next.squaredNorms);
        if (statistics != null && next.statistics != null) {
            statistics.merge(next.statistics);
        }
        if (joining == Joining.ADDED) {
            SlabKernel.add(product, next.product);
            return this;
        }
        double[] longer = Arrays.copyOf(product, Math.addExact(product.length, next.product.length));
        System.arraycopy(next.product, 0, longer, product.length, next.product.length);
        return new SlabShare(joining, longer, squaredNorms, statistics);
    }
}
