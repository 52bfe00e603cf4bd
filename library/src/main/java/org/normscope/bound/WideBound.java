package org.normscope.bound;

import java.io.Serializable;
import java.util.Optional;

/**
 * An upper bound that can't overflow: {@code significand * 2^exponent}. Products of thousands of norms fit. Every operation rounds
 * up, and only where it must: exact results stay exact. Upper bounds alone can be made into one.
 *
 * @param significand in [1, 2), or 0 with exponent 0
 * @param exponent of two
 */
public record WideBound(double significand, int exponent) implements Comparable<WideBound>, Serializable {
    /** The bound of a map that is constant. */
    public static final WideBound ZERO = new WideBound(0, 0);
    /** The bound of a map that moves no two points apart. */
    public static final WideBound ONE = new WideBound(1, 0);

    /** Exponents further apart than this: the smaller summand is less than a unit in the last place of the larger. */
    private static final int FAR = 100;
    /** Decimal logarithm of 2. */
    private static final double LOG10_2 = 0.301029995663981195;

    /** Rejects what isn't normalized. */
    public WideBound {
        boolean zero = significand == 0 && exponent == 0;
        if (!zero && !(significand >= 1 && significand < 2)) {
            throw new IllegalArgumentException("not normalized: " + significand + " * 2^" + exponent);
        }
    }

    /** The same bound. */
    public static WideBound of(UpperBound bound) {
        return normalized(bound.value(), 0);
    }

    /**
     * The number as its own upper bound.
     *
     * @param value finite, not negative
     * @throws IllegalArgumentException otherwise
     */
    public static WideBound of(double value) {
        return of(new UpperBound(value));
    }

    /** The product, rounded up. */
    public WideBound times(WideBound other) {
        double product = significand * other.significand;
        boolean low = Math.fma(significand, other.significand, -product) > 0;
        return normalized(low ? Math.nextUp(product) : product, Math.addExact(exponent, other.exponent));
    }

    /** The product, rounded up. */
    public WideBound times(UpperBound other) {
        return times(of(other));
    }

    /** The product with a number that is its own upper bound, rounded up. */
    public WideBound times(double factor) {
        return times(of(factor));
    }

    /** The sum, rounded up. */
    public WideBound plus(WideBound other) {
        WideBound large = max(other);
        WideBound small = large == this ? other : this;
        if (small.significand == 0) {
            return large;
        }
        long gap = (long) large.exponent - small.exponent;
        if (gap > FAR) {
            return normalized(Math.nextUp(large.significand), large.exponent);
        }
        double addend = Math.scalb(small.significand, (int) -gap);
        double sum = large.significand + addend;
        double error = addend - (sum - large.significand);
        return normalized(error > 0 ? Math.nextUp(sum) : sum, large.exponent);
    }

    /** The quotient by a bound from below, rounded up. */
    public WideBound over(LowerBound divisor) {
        WideBound below = normalized(divisor.value(), 0);
        if (below.significand == 0) {
            throw new ArithmeticException("nothing bounds a quotient by zero");
        }
        double quotient = significand / below.significand;
        boolean low = Math.fma(quotient, below.significand, -significand) < 0;
        return normalized(low ? Math.nextUp(quotient) : quotient, Math.subtractExact(exponent, below.exponent));
    }

    /** The square root, rounded up. */
    public WideBound root() {
        int odd = exponent & 1;
        double square = Math.scalb(significand, odd);
        double root = Math.sqrt(square);
        boolean low = Math.fma(root, root, -square) < 0;
        return normalized(low ? Math.nextUp(root) : root, (exponent - odd) / 2);
    }

    /** {@code sqrt(a² + b²)}, rounded up. */
    public WideBound hypot(WideBound other) {
        if (significand == 0 || other.significand == 0) {
            return max(other);
        }
        return times(this).plus(other.times(other)).root();
    }

    /** The larger one; this one where they are equal. */
    public WideBound max(WideBound other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** The smaller one; this one where they are equal. Both must bound the same value. */
    public WideBound min(WideBound other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /** The bound as a double, rounded up where it is subnormal; none where it exceeds the largest double. */
    public Optional<UpperBound> narrow() {
        if (exponent > Double.MAX_EXPONENT) {
            return Optional.empty();
        }
        double value = Math.scalb(significand, exponent);
        boolean low = Math.scalb(value, -exponent) < significand;
        return Optional.of(new UpperBound(low ? Math.nextUp(value) : value));
    }

    /** Decimal logarithm, rounded up; minus infinity for zero. */
    public double log10() {
        double log = StrictMath.log10(significand) + exponent * LOG10_2;
        double margin = 4 * Math.ulp(1 + Math.abs(exponent * LOG10_2));
        return significand == 1 && exponent == 0 ? 0 : log + margin;
    }

    @Override
    public int compareTo(WideBound other) {
        if (significand == 0 || other.significand == 0) {
            return Double.compare(significand, other.significand);
        }
        int order = Integer.compare(exponent, other.exponent);
        return order != 0 ? order : Double.compare(significand, other.significand);
    }

    private static WideBound normalized(double value, int exponent) {
        if (value == 0) {
            return ZERO;
        }
        int shift = Math.getExponent(value);
        if (shift < Double.MIN_EXPONENT) {
            return normalized(value * 0x1p54, Math.subtractExact(exponent, 54));
        }
        return new WideBound(Math.scalb(value, -shift), Math.addExact(exponent, shift));
    }
}
