package org.normscope.audit;

import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.SingularVectors;
import org.normscope.weights.EffectiveWeight;

/** Takes what a plan asks for beside the report, as it becomes known: by any thread, one call at a time. */
@FunctionalInterface
public interface Extras {
    /** Leading singular vectors of a weight, once. */
    void vectors(EffectiveWeight weight, SingularVectors vectors);

    /** Norms of some rows of a weight, as {@link Engine.Listener#rowNorms} gives them. */
    default void rowNorms(RowNorms rows) {}
}
