package org.normscope.spectral;

import org.normscope.linalg.Matrix;

/**
 * Products of tall panels, a few columns each, for orthogonalization: order-fixed plain loops that a just-in-time compiler
 * vectorizes at once. At these widths a general matrix product gains nothing and takes longer to warm up than to run.
 */
final class Panel {
    private Panel() {}

    /** {@code Vᵀ Y}, shape (columns of V) x (columns of Y). */
    static Matrix transposeTimes(Matrix v, Matrix y) {
        int m = v.rows();
        Matrix h = Matrix.zeros(v.cols(), y.cols());
        for (int j = 0; j < y.cols(); j++) {
            for (int i = 0; i < v.cols(); i++) {
                h.set(i, j, dot(v.values(), i * m, y.values(), j * m, m));
            }
        }
        return h;
    }

    /** {@code Y += factor V H}. */
    static void add(Matrix y, double factor, Matrix v, Matrix h) {
        int m = v.rows();
        for (int j = 0; j < y.cols(); j++) {
            for (int i = 0; i < v.cols(); i++) {
                axpy(factor * h.get(i, j), v.values(), i * m, y.values(), j * m, m);
            }
        }
    }

    /** {@code target += factor source}, entry by entry. */
    static void axpy(double factor, double[] source, int from, double[] target, int to, int count) {
        for (int i = 0; i < count; i++) {
            target[to + i] += factor * source[from + i];
        }
    }

    /** Sum of products: eight running sums, joined at the end. */
    static double dot(double[] a, int aFrom, double[] b, int bFrom, int count) {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i + 8 <= count; i += 8) {
            int p = aFrom + i;
            int q = bFrom + i;
            s0 += a[p] * b[q];
            s1 += a[p + 1] * b[q + 1];
            s2 += a[p + 2] * b[q + 2];
            s3 += a[p + 3] * b[q + 3];
            s4 += a[p + 4] * b[q + 4];
            s5 += a[p + 5] * b[q + 5];
            s6 += a[p + 6] * b[q + 6];
            s7 += a[p + 7] * b[q + 7];
        }
        for (; i < count; i++) {
            s0 += a[aFrom + i] * b[bFrom + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }
}
