package org.normscope.weightnorm;

/** Sums of squares of contiguous entries: eight running sums over short stretches, stretches joined with compensation. */
final class LineSquares {
    private static final int STRETCH = 64;

    private LineSquares() {}

    /**
     * The sum of squares of {@code count} entries from {@code from} on; NaN or infinite parts if an entry is.
     *
     * @param values Not modified.
     */
    static SumOfSquares of(double[] values, int from, int count) {
        double high = 0;
        double low = 0;
        for (int i = from; i < from + count; i += STRETCH) {
            double part = stretch(values, i, Math.min(i + STRETCH, from + count));
            double sum = high + part;
            low += high >= part ? (high - sum) + part : (part - sum) + high;
            high = sum;
        }
        return SumOfSquares.isSafe(high) ? new SumOfSquares(high, low, 0) : carefully(values, from, count);
    }

    private static double stretch(double[] values, int from, int to) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            s0 += values[i] * values[i];
            s1 += values[i + 1] * values[i + 1];
            s2 += values[i + 2] * values[i + 2];
            s3 += values[i + 3] * values[i + 3];
            s4 += values[i + 4] * values[i + 4];
            s5 += values[i + 5] * values[i + 5];
            s6 += values[i + 6] * values[i + 6];
            s7 += values[i + 7] * values[i + 7];
        }
        double rest = 0;
        for (; i < to; i++) {
            rest += values[i] * values[i];
        }
        return (((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))) + rest;
    }

    /** Entry by entry with exponents, for what is zero, tiny or huge. */
    private static SumOfSquares carefully(double[] values, int from, int count) {
        SumOfSquares sum = SumOfSquares.ZERO;
        for (int i = from; i < from + count; i++) {
            if (values[i] != 0) {
                sum = sum.plus(SumOfSquares.of(values[i]));
            }
        }
        return sum;
    }
}
