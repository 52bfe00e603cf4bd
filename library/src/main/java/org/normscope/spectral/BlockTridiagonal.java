package org.normscope.spectral;

import java.util.ArrayList;
import java.util.List;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;

/**
 * The matrix T that block Lanczos builds: diagonal blocks {@code A_1 .. A_k}, below them {@code B_1 .. B_(k-1)}, and the
 * block {@code B_k} that leads out of the space. Blocks may shrink where directions run out.
 *
 * <p>All questions go to the pivots {@code S_1 = xI - A_1, S_(j+1) = xI - A_(j+1) - B_j S_j^-1 B_jᵀ}, which are all positive
 * definite exactly for x above the largest eigenvalue.
 */
final class BlockTridiagonal {
    private final List<Matrix> diagonal = new ArrayList<>();
    private final List<Matrix> below = new ArrayList<>();

    /**
     * Appends a step.
     *
     * @param a diagonal block, b x b, symmetric
     * @param b block that leads to the next step, b' x b; with b' = 0 the space is invariant
     */
    void append(Matrix a, Matrix b) {
        diagonal.add(a);
        below.add(b);
    }

    /** Steps so far. */
    int steps() {
        return diagonal.size();
    }

    /** The block that leads out of the space: {@code B_k}. */
    Matrix outward() {
        return below.get(below.size() - 1);
    }

    /** Sum of the diagonal. */
    double trace() {
        double sum = 0;
        for (Matrix a : diagonal) {
            for (int i = 0; i < a.rows(); i++) {
                sum += a.get(i, i);
            }
        }
        return sum;
    }

    /** T as a full matrix, without {@code B_k}. */
    Matrix dense() {
        int order = diagonal.stream().mapToInt(Matrix::rows).sum();
        Matrix t = Matrix.zeros(order, order);
        int at = 0;
        for (int k = 0; k < steps(); k++) {
            Matrix a = diagonal.get(k);
            place(t, a, at, at);
            if (k + 1 < steps()) {
                Matrix b = below.get(k);
                place(t, b, at + a.rows(), at);
                place(t, b.transpose(), at, at + a.rows());
            }
            at += a.rows();
        }
        return t;
    }

    private static void place(Matrix t, Matrix block, int row, int col) {
        for (int j = 0; j < block.cols(); j++) {
            for (int i = 0; i < block.rows(); i++) {
                t.set(row + i, col + j, block.get(i, j));
            }
        }
    }

    /**
     * The largest eigenvalue, by bisection on the pivots, to the last bits.
     *
     * @param floor a number that it is not below
     * @param ceiling a number that it is not above
     */
    double largestEigenvalue(double floor, double ceiling) {
        double low = floor;
        double high = ceiling;
        while (high - low > 2 * Math.ulp(high)) {
            double middle = high > 2 * low && low > 0 ? Math.sqrt(low) * Math.sqrt(high) : 0.5 * (low + high);
            if (middle <= low || middle >= high) {
                break;
            }
            if (isAbove(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** Whether x exceeds every eigenvalue: all pivots are positive definite. */
    boolean isAbove(double x) {
        Pivots pivots = new Pivots(x);
        for (int k = 0; k < steps(); k++) {
            if (!pivots.advance(k)) {
                return false;
            }
            pivots.leave(k);
        }
        return true;
    }

    /**
     * {@code log ‖G(x)‖₂} with {@code G(x) = B_k S_k^-1 ... B_1 S_1^-1}; infinite where x isn't above every eigenvalue,
     * minus infinity where G vanishes. If x is an eigenvalue of the whole operator with unit eigenvector v, then the start
     * block's share of v is at most ‖G(x)‖₂.
     */
    double logGrowth(double x) {
        Pivots pivots = new Pivots(x);
        Matrix g = Matrix.identity(diagonal.get(0).rows());
        double log = 0;
        for (int k = 0; k < steps(); k++) {
            if (!pivots.advance(k)) {
                return Double.POSITIVE_INFINITY;
            }
            pivots.solve(g);
            g = SmallBlocks.times(below.get(k), g);
            double size = SmallBlocks.frobenius(g);
            if (size == 0) {
                return Double.NEGATIVE_INFINITY;
            }
            log += Math.log(size);
            SmallBlocks.scale(g, 1 / size);
            pivots.leave(k);
        }
        return log + Math.log(Dense.singularValues(g)[0]);
    }

    /** The chain of pivots at x. */
    private final class Pivots {
        private final double x;
        private Matrix factor = Matrix.zeros(0, 0);
        private Matrix carried = Matrix.zeros(0, 0);

        Pivots(double x) {
            this.x = x;
        }

        /** Factors pivot k; false if it isn't positive definite. */
        boolean advance(int k) {
            Matrix a = diagonal.get(k);
            factor = Matrix.zeros(a.rows(), a.rows());
            for (int j = 0; j < a.cols(); j++) {
                for (int i = j; i < a.rows(); i++) {
                    double previous = k == 0 ? 0 : carried.get(i, j);
                    factor.set(i, j, (i == j ? x : 0) - a.get(i, j) - previous);
                }
            }
            return SmallBlocks.cholesky(factor);
        }

        /** Replaces g by {@code S_k^-1 g}. */
        void solve(Matrix g) {
            SmallBlocks.forwardSolve(factor, g);
            SmallBlocks.backwardSolve(factor, g);
        }

        /** Takes {@code B_k S_k^-1 B_kᵀ} along to the next pivot. */
        void leave(int k) {
            Matrix half = below.get(k).transpose();
            SmallBlocks.forwardSolve(factor, half);
            carried = SmallBlocks.transposeTimesSelf(half);
        }
    }
}
