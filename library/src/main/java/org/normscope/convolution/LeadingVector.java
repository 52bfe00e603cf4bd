package org.normscope.convolution;

import java.util.ArrayList;
import java.util.List;
import org.normscope.linalg.ComplexVector;
import org.normscope.linalg.Hermitian;

/**
 * An approximate leading eigenvector of a positive semidefinite Hermitian matrix by Lanczos steps with full reorthogonalization. Nothing is
 * promised of it: what is proved with the vector holds for any.
 */
final class LeadingVector {
    private static final int STEP_LIMIT = 120;
    private static final double ACCURACY = 1e-11;
    /** Steps in a row without progress that end the search. */
    private static final int PATIENCE = 2;

    private final Hermitian matrix;
    private final List<ComplexVector> basis = new ArrayList<>();
    private final Tridiagonal projected = new Tridiagonal();

    private LeadingVector(Hermitian matrix) {
        this.matrix = matrix;
    }

    /** A vector whose Rayleigh quotient is near the largest eigenvalue. */
    static ComplexVector of(Hermitian matrix) {
        return new LeadingVector(matrix).search();
    }

    private ComplexVector search() {
        ComplexVector next = start();
        double theta = 0;
        int idle = 0;
        while (basis.size() < Math.min(matrix.order(), STEP_LIMIT) && idle < PATIENCE) {
            basis.add(next);
            next = matrix.times(next);
            double alpha = basis.get(basis.size() - 1).realInner(next);
            orthogonalize(next);
            double beta = Math.sqrt(next.squaredNorm());
            projected.append(alpha, beta);
            double value = projected.largestEigenvalue();
            idle = value - theta <= ACCURACY * value ? idle + 1 : 0;
            theta = value;
            if (beta <= 1e-13 * theta) {
                break;
            }
            next.scale(1 / beta);
        }
        return combine(projected.leadingEigenvector());
    }

    /** Entries of modulus 1 in scattered directions, multiples of the golden ratio of a turn; as a unit vector. */
    private ComplexVector start() {
        ComplexVector x = ComplexVector.zeros(matrix.order());
        double share = 1 / Math.sqrt(matrix.order());
        for (int i = 0; i < matrix.order(); i++) {
            double turns = (i * (i + 1L) / 2 * 0x9E3779B97F4AL & 0xFFFFFFFFFFFFL) * 0x1p-48;
            x.real()[i] = share * Turns.cosine(turns);
            x.imaginary()[i] = share * Turns.sine(turns);
        }
        return x;
    }

    private void orthogonalize(ComplexVector x) {
        for (int round = 0; round < 2; round++) {
            for (ComplexVector v : basis) {
                x.add(-v.realInner(x), -v.imaginaryInner(x), v);
            }
        }
    }

    private ComplexVector combine(double[] coefficients) {
        ComplexVector sum = ComplexVector.zeros(matrix.order());
        for (int k = 0; k < coefficients.length; k++) {
            sum.add(coefficients[k], 0, basis.get(k));
        }
        return sum;
    }
}
