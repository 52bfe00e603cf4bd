package org.normscope.format.onnx;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The length of a dimension: a number, or a symbol where the file leaves it open. Two of the same symbol are equal.
 *
 * @param size entries, not negative; null if open
 * @param symbol the name of an open one; empty if it isn't open
 */
public record Dim(@Nullable Long size, String symbol) {
    /** One entry. */
    public static final Dim ONE = of(1);

    private static final AtomicLong UNNAMED = new AtomicLong();

    /** Rejects a negative size, and a dimension that is both or neither. */
    public Dim {
        if ((size == null) == symbol.isEmpty() || (size != null && size < 0)) {
            throw new IllegalArgumentException("dimension of size " + size + ", symbol " + symbol);
        }
    }

    /** A known length. */
    public static Dim of(long size) {
        return new Dim(size, "");
    }

    /** An open length with a name, which isn't empty. */
    public static Dim named(String symbol) {
        return new Dim(null, symbol);
    }

    /** An open length that is equal to no other. */
    public static Dim unknown() {
        return named("?" + UNNAMED.incrementAndGet());
    }

    /** Whether this is a known length, and which. */
    public boolean is(long length) {
        return size != null && size == length;
    }

    /** The number, or the symbol; {@code ?} where it has no name. */
    @Override
    public String toString() {
        return size != null ? size.toString() : symbol.startsWith("?") ? "?" : symbol;
    }
}
