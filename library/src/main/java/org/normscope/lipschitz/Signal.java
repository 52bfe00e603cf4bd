package org.normscope.lipschitz;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.LowerBound;
import org.normscope.bound.WideBound;

/**
 * What is known of a value inside a network, seen as a function of the network's input.
 *
 * @param lipschitz upper bound on its Lipschitz constant; null if none is known
 * @param reason why there is no bound; null exactly where there is one
 * @param lower a number that the Lipschitz constant isn't below; 0 where nothing better is known
 * @param relation how the value depends on the input
 * @param radius upper bound on the value's own norm for all inputs; null if none is known
 */
public record Signal(
        @Nullable WideBound lipschitz,
        @Nullable String reason,
        LowerBound lower,
        Relation relation,
        @Nullable WideBound radius) {
    private static final LowerBound NOTHING = new LowerBound(0);

    /** How a value depends on the network's input. */
    public enum Relation {
        /** Its entries are those of the input, in some order. */
        REARRANGED,
        /** In any other way. */
        COMPUTED
    }

    /** Rejects a signal with both a bound and a reason, or none. */
    public Signal {
        if ((lipschitz == null) == (reason == null)) {
            throw new IllegalArgumentException("bound " + lipschitz + " with reason " + reason);
        }
    }

    /** The input itself, its norm unknown. */
    public static Signal input() {
        return new Signal(WideBound.ONE, null, new LowerBound(1), Relation.REARRANGED, null);
    }

    /** The input itself, its norm bounded. */
    public static Signal input(WideBound radius) {
        return new Signal(WideBound.ONE, null, new LowerBound(1), Relation.REARRANGED, radius);
    }

    /** A value with a bound. */
    static Signal bounded(WideBound lipschitz, @Nullable WideBound radius) {
        return new Signal(lipschitz, null, NOTHING, Relation.COMPUTED, radius);
    }

    /** A value without a bound on its Lipschitz constant. */
    static Signal unbounded(String reason, @Nullable WideBound radius) {
        return new Signal(null, reason, NOTHING, Relation.COMPUTED, radius);
    }

    /** The value of a map with this Lipschitz constant applied to this value; without a bound where this one has none. */
    Signal then(WideBound gain, @Nullable WideBound newRadius) {
        return lipschitz == null ? withRadius(newRadius) : bounded(lipschitz.times(gain), newRadius);
    }

    /** The value of a map without a bound applied to this value. */
    Signal thenUnbounded(String why, @Nullable WideBound newRadius) {
        return unbounded(reason == null ? why : reason, newRadius);
    }

    /** This value with another lower bound. */
    Signal withLower(LowerBound known) {
        return new Signal(lipschitz, reason, known, relation, radius);
    }

    private Signal withRadius(@Nullable WideBound newRadius) {
        return new Signal(lipschitz, reason, NOTHING, Relation.COMPUTED, newRadius);
    }

    /** The bound on the Lipschitz constant, if there is one. */
    public Optional<WideBound> bound() {
        return Optional.ofNullable(lipschitz);
    }
}
