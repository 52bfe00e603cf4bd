package org.normscope.bound;

import org.jspecify.annotations.Nullable;

/**
 * A number in a formula, and what is known of it.
 *
 * @param symbol as the formula writes it
 * @param meaning in words
 * @param lower null where nothing bounds it from below
 * @param upper null where nothing bounds it from above
 */
public record Quantity(
        String symbol,
        String meaning,
        @Nullable LowerBound lower,
        @Nullable WideBound upper) {
    /** A number known by an interval. */
    public static Quantity between(String symbol, String meaning, Interval interval) {
        WideBound upper = interval.upper().map(WideBound::of).orElse(null);
        return new Quantity(symbol, meaning, interval.lower(), upper);
    }

    /** A number known from above. */
    public static Quantity atMost(String symbol, String meaning, @Nullable WideBound upper) {
        return new Quantity(symbol, meaning, null, upper);
    }

    /** A number known from above. */
    public static Quantity atMost(String symbol, String meaning, UpperBound upper) {
        return atMost(symbol, meaning, WideBound.of(upper));
    }

    /** A number that is known: finite, not negative. */
    public static Quantity exactly(String symbol, String meaning, double value) {
        return new Quantity(symbol, meaning, new LowerBound(value), WideBound.of(value));
    }

    /** Whether the bounds are one number. */
    public boolean isExact() {
        return lower != null && upper != null && WideBound.of(lower.value()).equals(upper);
    }
}
