package org.normscope.convolution;

import java.util.Arrays;

/** A real symmetric tridiagonal matrix that grows: its largest eigenvalue by bisection, the vector by inverse iteration. */
final class Tridiagonal {
    private double[] diagonal = new double[16];
    /** Entry k couples k and k + 1; the last one leads out of the matrix. */
    private double[] coupling = new double[16];

    private int order;

    /** Appends a row: the coupling to the next one isn't part of the matrix yet. */
    void append(double alpha, double beta) {
        if (order == diagonal.length) {
            diagonal = Arrays.copyOf(diagonal, 2 * order);
            coupling = Arrays.copyOf(coupling, 2 * order);
        }
        diagonal[order] = alpha;
        coupling[order] = beta;
        order++;
    }

    /** The largest eigenvalue from above, to a few units in the last place of the largest entry. */
    double largestEigenvalue() {
        double low = diagonal[0];
        double high = 0;
        for (int k = 0; k < order; k++) {
            low = Math.max(low, diagonal[k]);
            double radius = (k > 0 ? coupling[k - 1] : 0) + (k + 1 < order ? coupling[k] : 0);
            high = Math.max(high, diagonal[k] + radius);
        }
        high = Math.nextUp(high * (1 + 1e-15));
        while (high - low > 4 * Math.ulp(high)) {
            double middle = low + (high - low) / 2;
            if (pivots(middle) == null) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Pivots of {@code x I - T}; null unless all are positive, which they are above the largest eigenvalue only. */
    private double @org.jspecify.annotations.Nullable [] pivots(double x) {
        double[] pivots = new double[order];
        for (int k = 0; k < order; k++) {
            pivots[k] = x - diagonal[k] - (k > 0 ? coupling[k - 1] * coupling[k - 1] / pivots[k - 1] : 0);
            if (!(pivots[k] > 0)) {
                return null;
            }
        }
        return pivots;
    }

    /** The unit eigenvector of the largest eigenvalue, approximately. */
    double[] leadingEigenvector() {
        double x = largestEigenvalue();
        double[] pivots = pivots(x);
        while (pivots == null) {
            x = Math.nextUp(x * (1 + 1e-15));
            pivots = pivots(x);
        }
        double[] y = new double[order];
        Arrays.fill(y, 1);
        for (int round = 0; round < 3; round++) {
            solve(pivots, y);
            double norm = 0;
            for (double entry : y) {
                norm = Math.max(norm, Math.abs(entry));
            }
            for (int k = 0; k < order; k++) {
                y[k] /= norm;
            }
        }
        return y;
    }

    /** Solves {@code (x I - T) z = y} in place; its entries below the diagonal are {@code -coupling}. */
    private void solve(double[] pivots, double[] y) {
        for (int k = 1; k < order; k++) {
            y[k] += coupling[k - 1] / pivots[k - 1] * y[k - 1];
        }
        y[order - 1] /= pivots[order - 1];
        for (int k = order - 2; k >= 0; k--) {
            y[k] = (y[k] + coupling[k] * y[k + 1]) / pivots[k];
        }
    }
}
