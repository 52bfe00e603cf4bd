package org.normscope.linalg;

/**
 * A complex vector, real and imaginary parts apart.
 *
 * @param real shared with the caller
 * @param imaginary as many entries; shared with the caller
 */
public record ComplexVector(double[] real, double[] imaginary) {
    /** A vector of zeros. */
    public static ComplexVector zeros(int length) {
        return new ComplexVector(new double[length], new double[length]);
    }

    /** Sum of the squared moduli. */
    public double squaredNorm() {
        return realInner(this);
    }

    /** Real part of {@code Σ conj(this_i) y_i}. */
    public double realInner(ComplexVector y) {
        double sum = 0;
        for (int i = 0; i < real.length; i++) {
            sum += real[i] * y.real[i] + imaginary[i] * y.imaginary[i];
        }
        return sum;
    }

    /** Imaginary part of {@code Σ conj(this_i) y_i}. */
    public double imaginaryInner(ComplexVector y) {
        double sum = 0;
        for (int i = 0; i < real.length; i++) {
            sum += real[i] * y.imaginary[i] - imaginary[i] * y.real[i];
        }
        return sum;
    }

    /** Adds {@code (a + ib) x}. */
    public void add(double a, double b, ComplexVector x) {
        for (int i = 0; i < real.length; i++) {
            real[i] += a * x.real[i] - b * x.imaginary[i];
            imaginary[i] += a * x.imaginary[i] + b * x.real[i];
        }
    }

    /** Multiplies by a real factor. */
    public void scale(double factor) {
        for (int i = 0; i < real.length; i++) {
            real[i] *= factor;
            imaginary[i] *= factor;
        }
    }
}
