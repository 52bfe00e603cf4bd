package org.normscope.bound;

import java.io.Serializable;

/**
 * A number that is at most the true value.
 *
 * @param value finite, not negative
 */
public record LowerBound(double value) implements Serializable {
    /** Rejects NaN, infinities and negative numbers. */
    public LowerBound {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("no lower bound: " + value);
        }
    }
}
