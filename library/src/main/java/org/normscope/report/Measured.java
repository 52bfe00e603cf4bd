package org.normscope.report;

import org.jspecify.annotations.Nullable;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weights.EffectiveWeight;

/** What of a row's measurements may be shown: with NaN or infinite entries only the counts mean something. */
final class Measured {
    private Measured() {}

    static @Nullable Double maxAbs(@Nullable MatrixStatistics statistics) {
        MatrixStatistics finite = finite(statistics);
        return finite == null ? null : finite.maxAbs();
    }

    static @Nullable Double frobenius(@Nullable MatrixStatistics statistics) {
        MatrixStatistics finite = finite(statistics);
        return finite == null ? null : finite.frobenius();
    }

    static MatrixStatistics.@Nullable Range rowNorm(@Nullable MatrixStatistics statistics) {
        MatrixStatistics finite = finite(statistics);
        return finite == null ? null : finite.rowNorm();
    }

    static String rowAxis(EffectiveWeight weight) {
        return weight.recipe().rowAxis().word();
    }

    static String how(EffectiveWeight weight) {
        return weight.how().word();
    }

    private static @Nullable MatrixStatistics finite(@Nullable MatrixStatistics statistics) {
        return statistics == null || !statistics.isFinite() ? null : statistics;
    }
}
