package org.normscope.audit.result;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.weightnorm.MatrixStatistics;

/**
 * What became of one task; a value, so that a bad tensor never stops the others.
 *
 * @param status where it ended up
 * @param reason in words; null if there is nothing to say
 * @param statistics what the first reading found; null if it didn't get that far
 * @param norm the spectral norm; null for what isn't a matrix, or isn't analyzed
 * @param vectors leading singular vectors, if they were asked for
 */
public record Outcome(
        Status status,
        @Nullable String reason,
        @Nullable MatrixStatistics statistics,
        @Nullable WeightNorm norm,
        @Nullable SingularVectors vectors)
        implements Serializable {
    /** The same with another norm. */
    public Outcome with(WeightNorm other) {
        return new Outcome(status, reason, statistics, other, vectors);
    }

    /** Left out on purpose. */
    public static Outcome skipped(String reason, @Nullable MatrixStatistics statistics) {
        return new Outcome(Status.SKIPPED, reason, statistics, null, null);
    }

    /** Reading it failed. */
    public static Outcome failed(String reason) {
        return new Outcome(Status.FAILED, reason, null, null, null);
    }

    /** Statistics of something that isn't a matrix. */
    public static Outcome counted(MatrixStatistics statistics) {
        return new Outcome(Status.ANALYZED, null, statistics, null, null);
    }
}
