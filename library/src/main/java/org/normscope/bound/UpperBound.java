package org.normscope.bound;

import java.io.Serializable;

/**
 * A number that is at least the true value. Only upper bounds compose into upper bounds.
 *
 * @param value finite, not negative
 */
public record UpperBound(double value) implements Serializable {
    /** Rejects NaN, infinities and negative numbers. */
    public UpperBound {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("no upper bound: " + value);
        }
    }
}
