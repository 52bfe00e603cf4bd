package org.normscope.spectral;

import org.normscope.linalg.Matrix;

/**
 * A rank-revealing factorization {@code Y = Q R} of a tall block: modified Gram-Schmidt, twice, longest remaining column first.
 *
 * @param q orthonormal columns, m x rank
 * @param r coefficients, rank x b
 * @param weakest length that the last accepted column had left; 0 without one
 * @param left what {@code Y - Q R} still has: the length of the rest of each dropped column, 0 for an accepted one
 */
record OrthonormalBlock(Matrix q, Matrix r, double weakest, double[] left) {
    /**
     * Factors a block.
     *
     * @param y shape m x b. Not modified.
     * @param noise columns that have at most this length left are dropped
     */
    static OrthonormalBlock of(Matrix y, double noise) {
        int m = y.rows();
        int b = y.cols();
        Matrix rest = new Matrix(m, b, y.values().clone());
        Matrix r = Matrix.zeros(b, b);
        int[] order = new int[b];
        boolean[] taken = new boolean[b];
        double weakest = 0;
        int rank = 0;
        while (rank < Math.min(m, b)) {
            int longest = longest(rest, taken);
            double length = norm(rest.values(), longest * m, m);
            if (!(length > noise) || length == 0) {
                break;
            }
            taken[longest] = true;
            order[rank] = longest;
            normalize(rest, longest, length);
            r.set(rank, longest, length);
            removeFromOthers(rest, longest, taken, r, rank);
            weakest = length;
            rank++;
        }
        return new OrthonormalBlock(pick(rest, order, rank), firstRows(r, rank), weakest, left(rest, taken));
    }

    private static double[] left(Matrix rest, boolean[] taken) {
        double[] left = new double[rest.cols()];
        for (int j = 0; j < left.length; j++) {
            left[j] = taken[j] ? 0 : norm(rest.values(), j * rest.rows(), rest.rows());
        }
        return left;
    }

    private static int longest(Matrix y, boolean[] taken) {
        int best = -1;
        double bestNorm = -1;
        for (int j = 0; j < y.cols(); j++) {
            double norm = taken[j] ? -1 : norm(y.values(), j * y.rows(), y.rows());
            if (norm > bestNorm) {
                best = j;
                bestNorm = norm;
            }
        }
        return best;
    }

    private static void normalize(Matrix y, int column, double length) {
        int m = y.rows();
        for (int i = column * m; i < (column + 1) * m; i++) {
            y.values()[i] /= length;
        }
    }

    /** Twice, so that what is left is orthogonal to working precision even where most of a column vanished. */
    private static void removeFromOthers(Matrix y, int column, boolean[] taken, Matrix r, int row) {
        int m = y.rows();
        for (int j = 0; j < y.cols(); j++) {
            if (taken[j]) {
                continue;
            }
            for (int round = 0; round < 2; round++) {
                double share = Panel.dot(y.values(), column * m, y.values(), j * m, m);
                Panel.axpy(-share, y.values(), column * m, y.values(), j * m, m);
                r.set(row, j, r.get(row, j) + share);
            }
        }
    }

    private static Matrix pick(Matrix y, int[] order, int rank) {
        int m = y.rows();
        Matrix q = Matrix.zeros(m, rank);
        for (int k = 0; k < rank; k++) {
            System.arraycopy(y.values(), order[k] * m, q.values(), k * m, m);
        }
        return q;
    }

    private static Matrix firstRows(Matrix r, int rank) {
        Matrix part = Matrix.zeros(rank, r.cols());
        for (int j = 0; j < r.cols(); j++) {
            System.arraycopy(r.values(), j * r.rows(), part.values(), j * rank, rank);
        }
        return part;
    }

    private static double norm(double[] values, int from, int count) {
        return Math.sqrt(Panel.dot(values, from, values, from, count));
    }
}
