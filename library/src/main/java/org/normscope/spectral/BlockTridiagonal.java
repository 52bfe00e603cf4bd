package org.normscope.spectral;

import java.util.ArrayList;
import java.util.List;
import org.normscope.linalg.Matrix;

/**
 * The matrix T that block Lanczos builds: diagonal blocks {@code A_1 .. A_k}, below them {@code B_1 .. B_(k-1)}, and the
 * block {@code B_k} that leads out of the space. Blocks may shrink where directions run out.
 *
 * <p>All questions go to the pivots {@code S_1 = xI - A_1, S_(j+1) = xI - A_(j+1) - B_j S_j^-1 B_jᵀ}, which are all positive
 * definite exactly for x above the largest eigenvalue.
 */
final class BlockTridiagonal {
    /** How near the bound from below the next x is tried, as a share of the bracket. */
    private static final double CLOSE = 1.0 / 256;

    private final List<Matrix> diagonal = new ArrayList<>();
    private final List<Matrix> below = new ArrayList<>();
    private List<Matrix> leading = List.of();

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
     * The largest eigenvalue, to the last bits: a number that all pivots show to be above it, and hardly more.
     *
     * <p>Each x above it gives a vector by inverse iteration, and with that vector u the bound {@code x - 1 / uᵀ(xI - T)^-1 u} from below,
     * close to which x is tried next; where that fails, by halving.
     *
     * @param floor a number that it is not below
     * @param ceiling a number that it is not above
     */
    double largestEigenvalue(double floor, double ceiling) {
        double low = floor;
        double high = ceiling;
        double share = CLOSE;
        List<Matrix> u = guess();
        while (high - low > 2 * Math.ulp(high)) {
            double x = low + Math.max(share * (high - low), Math.ulp(high));
            List<Matrix> factors = factors(x);
            if (factors.size() < steps()) {
                low = x;
                share = 0.5;
            } else {
                high = x;
                low = Math.max(low, Math.min(x, x - distance(factors, u)));
                share = CLOSE;
            }
        }
        leading = u;
        return high;
    }

    /** The last leading eigenvector, continued by a little of everything. */
    private List<Matrix> guess() {
        List<Matrix> u = new ArrayList<>(leading);
        while (u.size() < steps()) {
            Matrix column = SmallBlocks.unevenColumn(diagonal.get(u.size()).rows());
            SmallBlocks.scale(column, 1e-3);
            u.add(column);
        }
        normalize(u);
        return u;
    }

    /** {@code 1 / uᵀ(xI - T)^-1 u} for unit u, which becomes {@code (xI - T)^-1 u}, of unit length. */
    private double distance(List<Matrix> factors, List<Matrix> u) {
        List<double[]> before = u.stream().map(part -> part.values().clone()).toList();
        solve(factors, u);
        double product = 0;
        for (int k = 0; k < steps(); k++) {
            product += Panel.dot(before.get(k), 0, u.get(k).values(), 0, before.get(k).length);
        }
        normalize(u);
        return 1 / product;
    }

    /** The factored pivots at x; fewer than steps if one isn't positive definite. */
    private List<Matrix> factors(double x) {
        List<Matrix> factors = new ArrayList<>();
        Pivots pivots = new Pivots(x);
        for (int k = 0; k < steps() && pivots.advance(k); k++) {
            factors.add(pivots.factor);
            pivots.leave(k);
        }
        return factors;
    }

    /** Whether x exceeds every eigenvalue: all pivots are positive definite. */
    boolean isAbove(double x) {
        return factors(x).size() == steps();
    }

    /**
     * {@code log ‖G(x)‖} with {@code G(x) = B_k S_k^-1 ... B_1 S_1^-1}, in a norm that is at least the spectral one; infinite
     * where x isn't above every eigenvalue, minus infinity where G vanishes. If x is an eigenvalue of the whole operator with
     * unit eigenvector v, then the start block's share of v is at most ‖G(x)‖.
     */
    double logGrowth(double x) {
        Pivots pivots = new Pivots(x);
        Matrix g = Matrix.identity(diagonal.get(0).rows());
        double log = 0;
        for (int k = 0; k < steps(); k++) {
            if (!pivots.advance(k)) {
                return Double.POSITIVE_INFINITY;
            }
            SmallBlocks.solve(pivots.factor, g);
            g = SmallBlocks.times(below.get(k), g);
            double size = SmallBlocks.frobenius(g);
            if (size == 0) {
                return Double.NEGATIVE_INFINITY;
            }
            log += Math.log(size);
            SmallBlocks.scale(g, 1 / size);
            pivots.leave(k);
        }
        return log + Math.log(SmallBlocks.spectralBound(g));
    }

    /**
     * A unit eigenvector of the largest eigenvalue, by inverse iteration.
     *
     * @param theta as {@link #largestEigenvalue} gave it: just above every eigenvalue
     * @return one column, as long as T
     */
    Matrix leadingEigenvector(double theta) {
        double x = theta;
        for (double step = 4 * Math.ulp(theta); !isAbove(x); step *= 2) {
            x += step;
        }
        List<Matrix> factors = factors(x);
        List<Matrix> parts = new ArrayList<>();
        for (Matrix a : diagonal) {
            parts.add(SmallBlocks.unevenColumn(a.rows()));
        }
        for (int round = 0; round < 3; round++) {
            solve(factors, parts);
            normalize(parts);
        }
        return joined(parts);
    }

    /** Overwrites r by {@code (xI - T)^-1 r}, r in parts as long as the blocks. */
    private void solve(List<Matrix> factors, List<Matrix> r) {
        for (int k = 0; k + 1 < steps(); k++) {
            Matrix part = new Matrix(r.get(k).rows(), 1, r.get(k).values().clone());
            SmallBlocks.solve(factors.get(k), part);
            Panel.add(r.get(k + 1), 1, below.get(k), part);
        }
        for (int k = steps() - 1; k >= 0; k--) {
            if (k + 1 < steps()) {
                Panel.add(r.get(k), 1, below.get(k).transpose(), r.get(k + 1));
            }
            SmallBlocks.solve(factors.get(k), r.get(k));
        }
    }

    private static void normalize(List<Matrix> parts) {
        double largest = 0;
        for (Matrix part : parts) {
            for (double value : part.values()) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        double sum = 0;
        for (Matrix part : parts) {
            SmallBlocks.scale(part, 1 / largest);
            double norm = SmallBlocks.frobenius(part);
            sum += norm * norm;
        }
        for (Matrix part : parts) {
            SmallBlocks.scale(part, 1 / Math.sqrt(sum));
        }
    }

    private static Matrix joined(List<Matrix> parts) {
        int order = parts.stream().mapToInt(Matrix::rows).sum();
        Matrix whole = Matrix.zeros(order, 1);
        int at = 0;
        for (Matrix part : parts) {
            System.arraycopy(part.values(), 0, whole.values(), at, part.rows());
            at += part.rows();
        }
        return whole;
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

        /** Takes {@code B_k S_k^-1 B_kᵀ} along to the next pivot. */
        void leave(int k) {
            Matrix half = below.get(k).transpose();
            SmallBlocks.forwardSolve(factor, half);
            carried = SmallBlocks.transposeTimesSelf(half);
        }
    }
}
