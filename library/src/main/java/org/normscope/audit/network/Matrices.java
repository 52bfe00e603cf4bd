package org.normscope.audit.network;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.TensorRow;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;

/** What an audit's report alone says of a part of a weight: at most what it says of the whole. */
final class Matrices {
    private Matrices() {}

    /** Upper bound on the spectral norm, times the largest scale of the normalization before it; null where there is none. */
    static @Nullable UpperBound norm(MatrixPart part, @Nullable Fold fold) {
        Interval sigma = ReportedNorms.sigma(part.row());
        UpperBound upper = sigma == null ? null : sigma.upper().orElse(null);
        return upper == null
                ? null
                : WideBound.of(upper).times(Fold.largest(fold)).narrow().orElse(null);
    }

    /** The part's bias as it is stored; null without one. */
    static double @Nullable [] bias(MatrixPart part, Lookup lookup) throws BadCheckpointException, IOException {
        TensorRow bias = part.bias();
        return bias == null ? null : lookup.values(bias);
    }

    /** The layer that a part without a norm makes; empty if it has one. */
    static Optional<Layer> missing(MatrixPart part, @Nullable Fold fold) {
        TensorRow bias = part.bias();
        if (bias != null && Lookup.statistics(bias) == null) {
            return Optional.of(Lookup.unknown(bias.tensor().name(), bias.reason()));
        }
        return norm(part, null) == null || norm(part, fold) == null
                ? Optional.of(
                        Lookup.unknown(part.row().weight().name(), part.row().reason()))
                : Optional.empty();
    }

    /**
     * Upper bound on the norm of what is added to the outputs, where the matrix isn't read again.
     *
     * @param norm of the matrix without the normalization's scale
     */
    static UpperBound offset(MatrixPart part, UpperBound norm, @Nullable Fold fold) {
        TensorRow bias = part.bias();
        WideBound offset = bias == null
                ? WideBound.ZERO
                : WideBound.of(ReportedNorms.frobenius(Objects.requireNonNull(bias.statistics())));
        double[] shift = fold == null ? null : fold.shift();
        return (shift == null
                        ? offset
                        : offset.plus(WideBound.of(PartOffsets.norm(shift, 0, shift.length))
                                .times(norm)))
                .narrow()
                .orElseThrow();
    }
}
