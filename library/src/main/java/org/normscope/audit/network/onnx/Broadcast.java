package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.normscope.format.onnx.Dim;

/** Shapes that are stretched to each other, as numpy does: dimensions are aligned at their ends, and one of length 1 is repeated. */
final class Broadcast {
    private Broadcast() {}

    /** The shape that all are stretched to. */
    static Dims result(List<Dims> shapes) {
        int rank = 0;
        for (Dims dims : shapes) {
            if (!dims.isKnown()) {
                return Dims.UNKNOWN;
            }
            rank = Math.max(rank, dims.orNone().size());
        }
        List<Dim> result = new ArrayList<>();
        for (int axis = -rank; axis < 0; axis++) {
            Dim dim = Dim.ONE;
            for (Dims dims : shapes) {
                dim = dims.place(axis) < 0 ? dim : joined(dim, dims.at(axis));
            }
            result.add(dim);
        }
        return Dims.of(result);
    }

    private static Dim joined(Dim one, Dim other) {
        if (one.is(1) || one.equals(other)) {
            return other;
        }
        if (other.is(1)) {
            return one;
        }
        if (one.size() == null && other.size() == null) {
            return Dim.unknown();
        }
        return one.size() == null ? other : one;
    }

    /**
     * How often an entry of a value comes up, at most, when the value is stretched to others; empty if nothing bounds it.
     *
     * @param own the value's shape
     * @param others shapes of what it meets
     */
    static OptionalLong repeats(Dims own, List<Dims> others) {
        long most = 1;
        int rank = own.orNone().size();
        int longest = 0;
        for (Dims other : others) {
            if (!other.isKnown()) {
                return OptionalLong.empty();
            }
            longest = Math.max(longest, other.orNone().size());
        }
        for (int axis = -longest; axis < 0; axis++) {
            Dim mine = !own.isKnown() ? Dim.unknown() : axis < -rank ? Dim.ONE : own.at(axis);
            long here = 1;
            for (Dims other : others) {
                OptionalLong times = repeats(mine, other.place(axis) < 0 ? Dim.ONE : other.at(axis));
                if (times.isEmpty()) {
                    return OptionalLong.empty();
                }
                here = Math.max(here, times.getAsLong());
            }
            if (most > Integer.MAX_VALUE / here) {
                return OptionalLong.empty();
            }
            most *= here;
        }
        return OptionalLong.of(most);
    }

    /** A length that is left open could be 1. */
    private static OptionalLong repeats(Dim own, Dim other) {
        boolean isFull = own.size() != null && !own.is(1);
        if (isFull || other.is(1) || other.is(0) || own.equals(other)) {
            return OptionalLong.of(1);
        }
        return other.size() == null ? OptionalLong.empty() : OptionalLong.of(other.size());
    }
}
