package org.normscope.convolution;

import java.io.Serializable;

/**
 * A point where a symbol is evaluated: the angles {@code 2 pi numerator_j / 2^bits}, exact.
 *
 * @param bits 0 to 48
 * @param numerators one per spatial dimension, 0 to 2^bits - 1. Not modified.
 */
public record Frequency(int bits, long[] numerators) implements Serializable {
    /** Rejects what would not be exact. */
    public Frequency {
        if (bits < 0 || bits > 48) {
            throw new IllegalArgumentException("bits " + bits);
        }
    }

    /** The share of a turn, in [0, 1), of the angle {@code p . omega}. */
    double turns(int[] lag) {
        long sum = 0;
        for (int j = 0; j < lag.length; j++) {
            sum += lag[j] * numerators[j];
        }
        return Math.scalb((double) (sum & ((1L << bits) - 1)), -bits);
    }
}
