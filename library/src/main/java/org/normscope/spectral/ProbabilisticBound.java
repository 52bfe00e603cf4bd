package org.normscope.spectral;

import org.apache.commons.math3.special.Beta;

/**
 * An upper bound on the largest eigenvalue, free with block Lanczos from a Gaussian start block (block form of van Dorsselaer,
 * Hochstenbach, van der Vorst, SIAM J. Matrix Anal. Appl. 22:837, 2000). The start block's share of the top eigenvector is below
 * delta with probability at most eta; wherever the growth function stays below delta, no eigenvalue can be.
 *
 * @param logDelta logarithm of the share that is undercut with probability eta
 */
record ProbabilisticBound(double logDelta) {
    private static final int SCAN_POINTS = 120;
    private static final double FINEST = 1e-15;
    /** Part of delta that is set aside for what disturbs the recurrence. */
    private static final double RESERVE = 1.0 / 32;

    private static final double LOG_KEPT = Math.log1p(-RESERVE);

    /**
     * The bound for a Gaussian start block.
     *
     * <p>The squared share is Beta(b/2, (m - b)/2) distributed; {@code delta² = (eta (b/2) B(b/2, (m-b)/2))^(2/b)} is at most
     * its eta-quantile for m >= b + 2.
     *
     * @param m dimension
     * @param b random vectors in the start block
     * @param eta failure probability
     */
    static ProbabilisticBound of(int m, int b, double eta) {
        double half = 0.5 * b;
        return new ProbabilisticBound((Math.log(eta) + Math.log(half) + Beta.logBeta(half, 0.5 * (m - b))) / b);
    }

    /** Whether the bound may be as low as x: necessary, not sufficient, and cheap. */
    boolean mayHoldAt(BlockTridiagonal t, double x) {
        return isBelow(t, x);
    }

    private boolean isBelow(BlockTridiagonal t, double x) {
        return t.logGrowth(x) < logDelta + LOG_KEPT;
    }

    /**
     * How far above theta a bound must be if {@code A V = V T + V_(k+1) B_k + E}: a disturbance E moves the share at x by at most
     * {@code ‖E‖ / (x - theta)}, which must not exceed the reserve.
     *
     * @param disturbance bound on ‖E‖
     */
    double distance(double disturbance) {
        return disturbance / (RESERVE * Math.exp(logDelta));
    }

    /**
     * The largest x at which the top eigenvalue could hide. Scans from above, since growth is known to fall with x only for
     * single vectors.
     *
     * @param theta largest eigenvalue of T, positive
     * @param ceiling a number that the top eigenvalue doesn't exceed
     */
    double upper(BlockTridiagonal t, double theta, double ceiling) {
        if (!(ceiling > theta) || !isBelow(t, ceiling)) {
            return Math.max(ceiling, theta);
        }
        double top = Math.log(Math.max(ceiling / theta - 1, FINEST));
        double step = (Math.log(FINEST) - top) / (SCAN_POINTS - 1);
        double high = ceiling;
        for (int i = 1; i < SCAN_POINTS; i++) {
            double x = theta * (1 + Math.exp(top + i * step));
            if (!isBelow(t, x)) {
                return bisect(t, x, high);
            }
            high = x;
        }
        return high;
    }

    private double bisect(BlockTridiagonal t, double from, double to) {
        double low = from;
        double high = to;
        while (high - low > 1e-14 * high) {
            double middle = high > 1.1 * low ? Math.sqrt(low) * Math.sqrt(high) : 0.5 * (low + high);
            if (isBelow(t, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }
}
