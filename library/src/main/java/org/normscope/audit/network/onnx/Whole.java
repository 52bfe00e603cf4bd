package org.normscope.audit.network.onnx;

import org.jspecify.annotations.Nullable;
import org.normscope.format.onnx.Dim;

/**
 * An integer that a graph computes with: a number, or the open length of a dimension.
 *
 * @param value the number; null for an open length
 * @param length the open length; null for a number
 */
record Whole(@Nullable Long value, @Nullable Dim length) {
    /** A number. */
    static Whole of(long value) {
        return new Whole(value, null);
    }

    /** The length of a dimension. */
    static Whole of(Dim dim) {
        return dim.size() == null ? new Whole(null, dim) : of(dim.size());
    }

    /** Something that isn't known. */
    static Whole unknown() {
        return of(Dim.unknown());
    }

    /** As a length; open for a negative number. */
    Dim dim() {
        return length != null ? length : value != null && value >= 0 ? Dim.of(value) : Dim.unknown();
    }

    boolean is(long number) {
        return value != null && value == number;
    }
}
