package org.normscope.spectral;

import org.normscope.linalg.Matrix;

/**
 * The b x b algebra of the pivots, b about 8. A certificate evaluates thousands of these, and at this size a call into a
 * library costs more than the work; order-fixed plain loops.
 */
final class SmallBlocks {
    private SmallBlocks() {}

    /** Overwrites the lower triangle by its Cholesky factor; false if a pivot isn't positive. */
    static boolean cholesky(Matrix s) {
        int n = s.rows();
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < j; k++) {
                double factor = s.get(j, k);
                for (int i = j; i < n; i++) {
                    s.set(i, j, s.get(i, j) - s.get(i, k) * factor);
                }
            }
            double pivot = s.get(j, j);
            if (!(pivot > 0)) {
                return false;
            }
            double root = Math.sqrt(pivot);
            for (int i = j; i < n; i++) {
                s.set(i, j, s.get(i, j) / root);
            }
        }
        return true;
    }

    /** Replaces g by {@code (L Lᵀ)^-1 g}. */
    static void solve(Matrix l, Matrix g) {
        forwardSolve(l, g);
        backwardSolve(l, g);
    }

    /** Replaces g by {@code L^-1 g}. */
    static void forwardSolve(Matrix l, Matrix g) {
        for (int c = 0; c < g.cols(); c++) {
            for (int i = 0; i < l.rows(); i++) {
                double sum = g.get(i, c);
                for (int k = 0; k < i; k++) {
                    sum -= l.get(i, k) * g.get(k, c);
                }
                g.set(i, c, sum / l.get(i, i));
            }
        }
    }

    /** Replaces g by {@code L^-T g}. */
    private static void backwardSolve(Matrix l, Matrix g) {
        for (int c = 0; c < g.cols(); c++) {
            for (int i = l.rows() - 1; i >= 0; i--) {
                double sum = g.get(i, c);
                for (int k = i + 1; k < l.rows(); k++) {
                    sum -= l.get(k, i) * g.get(k, c);
                }
                g.set(i, c, sum / l.get(i, i));
            }
        }
    }

    /** {@code A B}. */
    static Matrix times(Matrix a, Matrix b) {
        Matrix product = Matrix.zeros(a.rows(), b.cols());
        for (int j = 0; j < b.cols(); j++) {
            for (int k = 0; k < a.cols(); k++) {
                double factor = b.get(k, j);
                for (int i = 0; i < a.rows(); i++) {
                    product.set(i, j, product.get(i, j) + a.get(i, k) * factor);
                }
            }
        }
        return product;
    }

    /** {@code Mᵀ M}. */
    static Matrix transposeTimesSelf(Matrix m) {
        Matrix product = Matrix.zeros(m.cols(), m.cols());
        for (int j = 0; j < m.cols(); j++) {
            for (int i = 0; i < m.cols(); i++) {
                double sum = 0;
                for (int k = 0; k < m.rows(); k++) {
                    sum += m.get(k, i) * m.get(k, j);
                }
                product.set(i, j, sum);
            }
        }
        return product;
    }

    /** Frobenius norm. */
    static double frobenius(Matrix m) {
        double sum = 0;
        for (double value : m.values()) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /** An upper bound on the spectral norm: the smaller of Frobenius norm and root of (largest column sum times row sum). */
    static double spectralBound(Matrix m) {
        double largestColumn = 0;
        double[] rowSums = new double[m.rows()];
        for (int j = 0; j < m.cols(); j++) {
            double columnSum = 0;
            for (int i = 0; i < m.rows(); i++) {
                double magnitude = Math.abs(m.get(i, j));
                columnSum += magnitude;
                rowSums[i] += magnitude;
            }
            largestColumn = Math.max(largestColumn, columnSum);
        }
        double largestRow = 0;
        for (double sum : rowSums) {
            largestRow = Math.max(largestRow, sum);
        }
        return Math.min(frobenius(m), Math.sqrt(largestColumn * largestRow));
    }

    /** A column that is hardly orthogonal to anything in particular. */
    static Matrix unevenColumn(int rows) {
        Matrix column = Matrix.zeros(rows, 1);
        for (int i = 0; i < rows; i++) {
            column.set(i, 0, 1 + 0.37 * ((i * 7 + 3) % 11));
        }
        return column;
    }

    /** Multiplies every entry. */
    static void scale(Matrix m, double factor) {
        double[] values = m.values();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }
}
