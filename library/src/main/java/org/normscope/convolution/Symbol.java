package org.normscope.convolution;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.TreeMap;
import org.normscope.linalg.Columns;
import org.normscope.linalg.ComplexVector;
import org.normscope.linalg.Hermitian;
import org.normscope.spectral.Rounding;

/**
 * The symbol H of one group of a convolution, ready to be asked about frequencies. It keeps the lags
 * {@code R_p = Σ_(q - q' = p) P_q P_q'ᵀ} of the Gram matrix {@code H Hᴴ = Σ_p R_p exp(i p.omega)}, order x order each, and no longer the
 * kernel. Safe for use by many threads, and can be sent to other machines.
 *
 * <p>Every rounding is counted: with {@code B = ‖Σ_q |P_q|‖_F²} the computed Gram matrix is off by at most {@code gramError}, a few gammas
 * times B, and tests and quotients allow for it (see {@code docs/math/convolutions.md}).
 */
public final class Symbol implements Serializable {
    private static final long serialVersionUID = 1L;

    /** One R_p: columns in arrays of their own. */
    private record Lag(int[] shift, double[][] columns) implements Serializable {}

    private final int order;
    private final int[] degrees;
    private final ArrayList<Lag> lags = new ArrayList<>();
    private final double absolute;
    private final double gramError;

    /**
     * The symbol of a group.
     *
     * @param kernel entries of ordinary size, as {@link OperatorNorms} scales them
     * @param group 0 to {@code geometry.groups() - 1}
     */
    Symbol(Kernel kernel, Geometry geometry, int group) {
        Taps taps = new Taps(kernel, geometry, group);
        order = taps.order();
        degrees = taps.degrees();
        absolute = absolute(taps);
        collect(taps);
        double roundings = (double) taps.depth() * taps.all().size() + 2.0 * lags.size() + 32;
        gramError = 1.5 * Rounding.gamma(roundings) * absolute;
    }

    /** The smaller side of H. */
    public int order() {
        return order;
    }

    /** The degree in each spatial dimension; 0 where H doesn't depend on that angle. Not to be modified. */
    public int[] degrees() {
        return degrees;
    }

    /** An upper bound on the norm of H at every frequency, {@code ‖Σ_q |P_q|‖_F}. */
    public double ceiling() {
        return Math.sqrt(absolute) * (1 + 4 * Rounding.U);
    }

    /** Floating-point operations of one evaluation, roughly. */
    double work() {
        return SearchCost.evaluation(order, lags.size());
    }

    /** {@code ‖Σ_q |P_q|‖_F²}, rounded up. */
    private static double absolute(Taps taps) {
        double sum = 0;
        for (int col = 0; col < taps.depth(); col++) {
            for (int row = 0; row < taps.order(); row++) {
                double entry = 0;
                for (Taps.Tap tap : taps.all()) {
                    entry += Math.abs(tap.columns()[col][row]);
                }
                sum += entry * entry;
            }
        }
        double terms = (double) taps.depth() * taps.order() + 2.0 * taps.all().size();
        return sum * (1 + 2 * Rounding.gamma(terms) + 1e-10);
    }

    /** Forms R_p for p = 0 and the half of the others that come first; R_(-p) is the transpose. */
    private void collect(Taps taps) {
        TreeMap<int[], double[][]> sums = new TreeMap<>(java.util.Arrays::compare);
        for (Taps.Tap left : taps.all()) {
            for (Taps.Tap right : taps.all()) {
                int[] shift = new int[degrees.length];
                for (int dim = 0; dim < shift.length; dim++) {
                    shift[dim] = left.shift()[dim] - right.shift()[dim];
                }
                if (java.util.Arrays.compare(shift, new int[shift.length]) >= 0) {
                    addProduct(left, right, sums.computeIfAbsent(shift, p -> new double[order][order]));
                }
            }
        }
        sums.forEach((shift, columns) -> lags.add(new Lag(shift, columns)));
    }

    /** Adds {@code P_q P_q'ᵀ}. */
    private static void addProduct(Taps.Tap left, Taps.Tap right, double[][] sum) {
        double[] row = new double[right.columns().length];
        for (int j = 0; j < sum.length; j++) {
            for (int k = 0; k < row.length; k++) {
                row[k] = right.columns()[k][j];
            }
            Columns.add(left.columns(), row, 0, sum[j]);
        }
    }

    /** The computed {@code H Hᴴ}: half of R_0, the other lags with their phases, and what is mirrored. */
    private Hermitian gram(Frequency frequency) {
        int n = order;
        double[] re = new double[n * n];
        double[] im = new double[n * n];
        double[] cosines = new double[lags.size()];
        double[] sines = new double[lags.size()];
        for (int p = 0; p < cosines.length; p++) {
            double turns = frequency.turns(lags.get(p).shift());
            cosines[p] = p == 0 ? 0.5 : Turns.cosine(turns);
            sines[p] = p == 0 ? 0 : Turns.sine(turns);
        }
        double[][] columns = new double[lags.size()][];
        for (int j = 0; j < n; j++) {
            for (int p = 0; p < columns.length; p++) {
                columns[p] = lags.get(p).columns()[j];
            }
            double[] part = new double[n];
            Columns.add(columns, cosines, 0, part);
            mirror(part, j, re, 1);
            part = new double[n];
            Columns.add(columns, sines, 0, part);
            mirror(part, j, im, -1);
        }
        return new Hermitian(n, re, im);
    }

    /** Adds column j of X to a matrix, and its transpose times the sign. */
    private static void mirror(double[] column, int j, double[] sum, int sign) {
        int n = column.length;
        for (int i = 0; i < n; i++) {
            sum[i + j * n] += column[i];
            sum[j + i * n] += sign * column[i];
        }
    }

    /** Answers a question about the norm of H at a frequency. */
    public Finding evaluate(Question question) {
        Hermitian gram = gram(question.frequency());
        return isBelow(gram, question.enough())
                ? new Finding.Below()
                : new Finding.AtLeast(lower(gram, LeadingVector.of(gram)));
    }

    /**
     * Whether the eigenvalues of the exact Gram matrix are proved to be at most {@code enough²}: those of the computed one at most
     * {@code s = enough² - gramError}, by a Cholesky factorization shifted by {@code 1.5 gamma(2m+14) m s + 4 u s} for its own rounding.
     */
    private boolean isBelow(Hermitian gram, double enough) {
        double s = (enough * enough * (1 - 8 * Rounding.U) - gramError) * (1 - 8 * Rounding.U);
        double trace = order * (s + gramError);
        double shift = 1.5 * Rounding.gamma(2.0 * order + 14) * trace + 8 * Rounding.U * s;
        return s > 0 && gram.isBelow(s - shift);
    }

    /** Root of {@code xᴴGx / xᴴx - gramError}, with what rounding can do to both products taken off. */
    private double lower(Hermitian gram, ComplexVector x) {
        double form = x.realInner(gram.times(x));
        double squared = x.squaredNorm() * (1 + Rounding.gamma(2.0 * order + 2));
        double error = 1.5 * Rounding.gamma(4.0 * order + 16) * (absolute + gramError);
        double lambda = form / squared - error - gramError;
        return lambda > 0 ? Math.sqrt(lambda) * (1 - 8 * Rounding.U) : 0;
    }
}
