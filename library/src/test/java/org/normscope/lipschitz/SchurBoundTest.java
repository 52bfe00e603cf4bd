package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.commons.math3.fraction.BigFraction;
import org.apache.commons.math3.linear.Array2DRowFieldMatrix;
import org.apache.commons.math3.linear.FieldLUDecomposition;
import org.apache.commons.math3.linear.FieldMatrix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.normscope.linalg.Matrix;

/** Exact fractions judge what double arithmetic claims. */
class SchurBoundTest {
    @Test
    void liesAboveTheExactMatrixAndCloseToIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int trial = 0; trial < 100; trial++) {
            int n = 1 + random.nextInt(4);
            int rows = 1 + random.nextInt(4);
            Matrix w = RandomNetworks.gaussian(random, rows, n, 1);
            Matrix m = trial % 5 == 0 ? null : betweenHalfAndOne(random, n);
            Matrix bound = SchurBound.of(w, m).orElseThrow();
            FieldMatrix<BigFraction> exact = exact(w, m);
            assertThat(isPositive(fractions(bound).subtract(exact)))
                    .as("seed %d", seed)
                    .isTrue();
            Matrix lowered = DenseNorm.scaled(bound, 0);
            for (int i = 0; i < rows; i++) {
                lowered.set(i, i, bound.get(i, i) - 1e-11);
            }
            assertThat(isPositive(fractions(lowered).subtract(exact)))
                    .as("seed %d", seed)
                    .isFalse();
        }
    }

    @Test
    void refusesWhatIsntPositive() {
        Matrix w = Matrix.identity(2);
        assertThat(SchurBound.of(w, new Matrix(2, 2, new double[] {1, 1, 1, 1})))
                .isEmpty();
        assertThat(SchurBound.of(w, new Matrix(2, 2, new double[] {1, 0, 0, -0.5})))
                .isEmpty();
    }

    /** {@code I - u uᵀ / 2}, as it stands in memory. */
    private static Matrix betweenHalfAndOne(Random random, int n) {
        Matrix u = RandomNetworks.gaussian(random, n, 1, 1);
        double length = RandomNetworks.length(u.values());
        Matrix m = Matrix.identity(n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                m.set(i, j, m.get(i, j) - 0.5 * u.values()[i] * u.values()[j] / (length * length));
                m.set(j, i, m.get(i, j));
            }
        }
        return m;
    }

    private static FieldMatrix<BigFraction> exact(Matrix w, @Nullable Matrix m) {
        FieldMatrix<BigFraction> weight = fractions(w);
        FieldMatrix<BigFraction> solved = m == null
                ? weight.transpose()
                : new FieldLUDecomposition<>(fractions(m)).getSolver().solve(weight.transpose());
        return weight.multiply(solved);
    }

    private static FieldMatrix<BigFraction> fractions(Matrix matrix) {
        BigFraction[][] rows = new BigFraction[matrix.rows()][matrix.cols()];
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.cols(); j++) {
                rows[i][j] = new BigFraction(matrix.get(i, j));
            }
        }
        return new Array2DRowFieldMatrix<>(rows);
    }

    /** Whether all pivots of symmetric elimination are positive. */
    private static boolean isPositive(FieldMatrix<BigFraction> symmetric) {
        int n = symmetric.getRowDimension();
        BigFraction[][] a = symmetric.getData();
        for (int k = 0; k < n; k++) {
            if (a[k][k].compareTo(BigFraction.ZERO) <= 0) {
                return false;
            }
            for (int i = k + 1; i < n; i++) {
                BigFraction factor = a[i][k].divide(a[k][k]);
                for (int j = k; j < n; j++) {
                    a[i][j] = a[i][j].subtract(factor.multiply(a[k][j]));
                }
            }
        }
        return true;
    }
}
