package org.normscope.linalg;

/**
 * A small complex Hermitian matrix {@code X + iY}, column after column: entry (i, j) is
 * {@code real[i + j * order] + i imaginary[i + j * order]}. Sums run in a fixed order, so every machine computes the same bits.
 *
 * @param order at least 0
 * @param real X, symmetric, {@code order * order} entries; shared with the caller
 * @param imaginary Y, antisymmetric, as many entries; shared with the caller
 */
public record Hermitian(int order, double[] real, double[] imaginary) {
    /** Checks the lengths. */
    public Hermitian {
        int entries = Math.multiplyExact(order, order);
        if (real.length != entries || imaginary.length != entries) {
            throw new IllegalArgumentException(
                    "order " + order + " in " + real.length + " and " + imaginary.length + " entries");
        }
    }

    /** This matrix times a vector. */
    public ComplexVector times(ComplexVector x) {
        ComplexVector product = ComplexVector.zeros(order);
        for (int j = 0; j < order; j++) {
            addColumn(j, x.real()[j], x.imaginary()[j], product.real(), product.imaginary());
        }
        return product;
    }

    private void addColumn(int j, double a, double b, double[] re, double[] im) {
        int column = j * order;
        for (int i = 0; i < order; i++) {
            re[i] += real[column + i] * a - imaginary[column + i] * b;
            im[i] += real[column + i] * b + imaginary[column + i] * a;
        }
    }

    /**
     * Whether plain Cholesky factorization of {@code s I - this} runs to completion: all pivots positive. Each part of an entry is a sum of
     * at most {@code 2 order} products and goes through at most {@code 2 order + 10} roundings, so the product of the computed factors
     * differs from {@code s I - this} by at most {@code sqrt(2) gamma(2 order + 10) tr(s I - this) / (1 - gamma)^2}, and by the rounding of
     * its diagonal (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 10.1, with both parts counted).
     *
     * @param s any number
     */
    public boolean isBelow(double s) {
        double[][] re = new double[order][];
        double[][] im = new double[order][];
        for (int j = 0; j < order; j++) {
            re[j] = negated(real, j);
            im[j] = negated(imaginary, j);
            re[j][j] += s;
            double[] a = row(re, j, -1);
            double[] b = row(im, j, -1);
            Columns.add(re, a, j, re[j]);
            Columns.add(im, b, j, re[j]);
            Columns.add(im, a, j, im[j]);
            Columns.add(re, row(im, j, 1), j, im[j]);
            if (!(re[j][j] > 0)) {
                return false;
            }
            double reciprocal = 1 / Math.sqrt(re[j][j]);
            scale(re[j], reciprocal, j);
            scale(im[j], reciprocal, j);
        }
        return true;
    }

    /** Column j from the diagonal on, times -1; above it zeros. */
    private double[] negated(double[] part, int j) {
        double[] column = new double[order];
        for (int i = j; i < order; i++) {
            column[i] = -part[i + j * order];
        }
        return column;
    }

    /** The first j entries of row j of a factor, times the sign. */
    private static double[] row(double[][] factor, int j, int sign) {
        double[] row = new double[j];
        for (int k = 0; k < j; k++) {
            row[k] = sign * factor[k][j];
        }
        return row;
    }

    private static void scale(double[] column, double factor, int j) {
        for (int i = j; i < column.length; i++) {
            column[i] *= factor;
        }
    }
}
