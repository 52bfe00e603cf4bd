package org.normscope.weightnorm;

import java.io.Serializable;

/**
 * A sum of squares that neither overflows nor vanishes: {@code (high + low) * 4^exponent}. Sums of values that are merged in
 * the same order have the same bits.
 *
 * @param high the sum, rounded
 * @param low what rounding left over, at most half a unit in the last place of the sum
 * @param exponent half the binary exponent that was taken out
 */
public record SumOfSquares(double high, double low, int exponent) implements Serializable {
    /** Bound on the relative error of a sum of any length: short plain sums, joined with compensation. */
    public static final double RELATIVE_ERROR = 32 * 0x1p-53;

    /** The empty sum. */
    public static final SumOfSquares ZERO = new SumOfSquares(0, 0, 0);

    /** Squares of numbers within 2^±480 are added as they are. */
    private static final int SAFE = 480;

    /** A sum that has grown so far gets an exponent, long before it overflows. */
    private static final double LARGE = 0x1p1000;

    /** The square of one number. */
    public static SumOfSquares of(double value) {
        if (value == 0) {
            return ZERO;
        }
        int exponent = Math.getExponent(value);
        if (Math.abs(exponent) <= SAFE) {
            return new SumOfSquares(value * value, 0, 0);
        }
        double scaled = value * Math.scalb(1.0, -exponent / 2) * Math.scalb(1.0, -(exponent - exponent / 2));
        return new SumOfSquares(scaled * scaled, 0, exponent);
    }

    /** A sum of squares of ordinary size: finite, and zero only if all terms are. */
    public static SumOfSquares ofSum(double sum) {
        return new SumOfSquares(sum, 0, 0);
    }

    /** Whether a plain sum of squares is in the range where nothing was lost. */
    static boolean isSafe(double sum) {
        return sum >= 0x1p-900 && sum <= LARGE;
    }

    /** The sum of both; not associative in the last bits. NaN if one is NaN, else infinite if one is. */
    public SumOfSquares plus(SumOfSquares other) {
        if (other.high == 0) {
            return this;
        }
        if (high == 0) {
            return other;
        }
        int common = Math.max(exponent, other.exponent);
        return rescaled(common).add(other.rescaled(common));
    }

    private SumOfSquares rescaled(int common) {
        int shift = 2 * (exponent - common);
        return shift == 0 ? this : new SumOfSquares(Math.scalb(high, shift), Math.scalb(low, shift), common);
    }

    /** The low part is folded back at once, so that even 2^40 additions lose less than one rounding. */
    private SumOfSquares add(SumOfSquares other) {
        double sum = high + other.high;
        if (!Double.isFinite(sum)) {
            return new SumOfSquares(sum, 0, exponent);
        }
        double lost = high >= other.high ? (high - sum) + other.high : (other.high - sum) + high;
        double rest = low + other.low + lost;
        double total = sum + rest;
        SumOfSquares both = new SumOfSquares(total, rest - (total - sum), exponent);
        return total < LARGE ? both : both.rescaled(exponent + SAFE);
    }

    /** The root of the sum; infinite if it exceeds the largest double. */
    public double norm() {
        return Math.scalb(Math.sqrt(high + low), exponent);
    }
}
