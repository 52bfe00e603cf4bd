package org.normscope.audit.pass;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.kernel.SlabKernel;
import org.normscope.weightnorm.StatisticsPass;

/**
 * What the first reduction of a product over a {@link org.normscope.matrix.BlockGrid} made of one block, or of neighbours in its band: part
 * of {@code Z = W X} for the lines of the band.
 */
public final class Projection implements Serializable {
    private static final long serialVersionUID = 1L;

    private final double[] z;
    private final @Nullable StatisticsPass statistics;

    Projection(double[] z, @Nullable StatisticsPass statistics) {
        this.z = z;
        this.statistics = statistics;
    }

    /** Shape lines x b, line by line. Not a copy. */
    double[] z() {
        return z;
    }

    /** Statistics of a tall matrix, whose rows are lines; null if not taken here. */
    @Nullable
    StatisticsPass statistics() {
        return statistics;
    }

    /** This one and that of the next position in the band; both are used up. */
    public Projection plus(Projection next) {
        SlabKernel.add(z, next.z);
        if (statistics != null && next.statistics != null) {
            statistics.beside(next.statistics);
        }
        return this;
    }
}
