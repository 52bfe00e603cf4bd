package org.normscope.spectral;

import java.util.ArrayList;
import java.util.List;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;

/**
 * Block Lanczos with full reorthogonalization on a symmetric positive semidefinite operator A of order m: an orthonormal basis
 * {@code V_1 .. V_(k+1)} and the block tridiagonal {@code T = VᵀAV} (Golub and Underwood 1977; classical Gram-Schmidt twice).
 */
final class KrylovSpace {
    /** Directions shorter than this, relative to the operator, are rounding noise and dropped. */
    private static final double NOISE = 1e-13;
    /** Directions that lost more than this are made orthogonal once more. */
    private static final double WEAK = 1e-3;

    private final List<Matrix> basis = new ArrayList<>();
    private final BlockTridiagonal t = new BlockTridiagonal();
    private Matrix next;
    private double largest;
    private double lost;

    /** A space that starts with the span of these columns; columns that add no direction are dropped. */
    KrylovSpace(Matrix start) {
        this(start, 0);
    }

    /**
     * The same with columns that are nearly the others' combinations.
     *
     * @param noise columns that have at most this length left are dropped
     */
    KrylovSpace(Matrix start, double noise) {
        next = OrthonormalBlock.of(start, noise).q();
    }

    /** The orthonormal block to be multiplied next, m x b; without columns if the space is invariant. */
    Matrix next() {
        return next;
    }

    /** The projection of A. */
    BlockTridiagonal projection() {
        return t;
    }

    /** Bound on the norm of the directions that were dropped: {@code ‖A V - V T - V_(k+1) B_k‖} but for rounding. */
    double lost() {
        return lost;
    }

    /** Dimension of the space. */
    int dimension() {
        return basis.stream().mapToInt(Matrix::cols).sum();
    }

    /** Whether A maps the space into itself, up to rounding. */
    boolean isInvariant() {
        return next.cols() == 0;
    }

    /**
     * Takes the next step.
     *
     * @param y {@code A} times {@link #next}. Modified.
     */
    void extend(Matrix y) {
        Matrix current = next;
        Matrix a = symmetric(Panel.transposeTimes(current, y));
        basis.add(current);
        removeBasis(y);
        removeBasis(y);
        largest = Math.max(largest, SmallBlocks.frobenius(a));
        OrthonormalBlock block = OrthonormalBlock.of(y, NOISE * largest);
        Matrix b = block.r();
        for (double length : block.left()) {
            lost += length;
        }
        if (block.weakest() < WEAK * largest) {
            Matrix q = block.q();
            removeBasis(q);
            OrthonormalBlock again = OrthonormalBlock.of(q, 0.5);
            lost += lostRows(again.left(), b);
            b = SmallBlocks.times(again.r(), b);
            block = again;
        }
        t.append(a, b);
        next = block.q();
    }

    /** What B loses with the rows of dropped columns of Q. */
    private static double lostRows(double[] left, Matrix b) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            for (int j = 0; j < b.cols(); j++) {
                sum += left[i] * Math.abs(b.get(i, j));
            }
        }
        return sum;
    }

    private void removeBasis(Matrix y) {
        for (Matrix v : basis) {
            Panel.add(y, -1, v, Panel.transposeTimes(v, y));
        }
    }

    private static Matrix symmetric(Matrix a) {
        for (int j = 0; j < a.cols(); j++) {
            for (int i = 0; i < j; i++) {
                double mean = 0.5 * (a.get(i, j) + a.get(j, i));
                a.set(i, j, mean);
                a.set(j, i, mean);
            }
        }
        return a;
    }

    /**
     * The leading Ritz pairs of T.
     *
     * @param values eigenvalues of T, descending
     * @param coefficients matching unit eigenvectors of T as columns
     */
    record RitzPairs(double[] values, Matrix coefficients) {}

    /** The {@code count} leading Ritz pairs, fewer if T is smaller; a single one costs no decomposition. */
    RitzPairs ritzPairs(int count, double largest) {
        if (count == 1) {
            return new RitzPairs(new double[] {largest}, t.leadingEigenvector(largest));
        }
        Decompositions.Eigen eigen = Decompositions.eigenSymmetric(t.dense());
        int order = eigen.values().length;
        int kept = Math.min(count, order);
        double[] values = new double[kept];
        Matrix coefficients = Matrix.zeros(order, kept);
        for (int k = 0; k < kept; k++) {
            values[k] = eigen.values()[order - 1 - k];
            System.arraycopy(
                    eigen.vectors().values(), (order - 1 - k) * order, coefficients.values(), k * order, order);
        }
        return new RitzPairs(values, coefficients);
    }

    /** A unit vector of the start's span, m x 1; only after the first step. */
    Matrix first() {
        return basis.get(0).columns(0, 1);
    }

    /** Ritz vectors in the operator's space, m x (number of pairs). */
    Matrix vectors(RitzPairs pairs) {
        int m = basis.get(0).rows();
        Matrix x = Matrix.zeros(m, pairs.coefficients().cols());
        int at = 0;
        for (Matrix v : basis) {
            Panel.add(x, 1, v, rows(pairs.coefficients(), at, v.cols()));
            at += v.cols();
        }
        return x;
    }

    /** Largest residual {@code ‖A x - theta x‖} over the pairs: the part of A x outside the space. */
    double largestResidual(RitzPairs pairs) {
        Matrix b = t.outward();
        Matrix last = rows(pairs.coefficients(), pairs.coefficients().rows() - b.cols(), b.cols());
        Matrix outside = SmallBlocks.times(b, last);
        double worst = 0;
        for (int k = 0; k < outside.cols(); k++) {
            worst = Math.max(worst, SmallBlocks.frobenius(outside.columns(k, k + 1)));
        }
        return worst;
    }

    private static Matrix rows(Matrix matrix, int from, int count) {
        Matrix part = Matrix.zeros(count, matrix.cols());
        for (int j = 0; j < matrix.cols(); j++) {
            System.arraycopy(matrix.values(), j * matrix.rows() + from, part.values(), j * count, count);
        }
        return part;
    }
}
