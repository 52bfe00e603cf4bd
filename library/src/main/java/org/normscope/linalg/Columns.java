package org.normscope.linalg;

/** Combinations of columns that lie in arrays of their own, which is what lets the compiler use vector units. */
public final class Columns {
    private Columns() {}

    /**
     * Adds {@code Σ_k factors_k columns_k} from entry {@code from} on; k runs in order, four at a time. An entry goes through at most
     * {@code factors.length + 1} roundings besides those of what it is added to.
     *
     * @param columns at least as many as there are factors, each as long as the sum. Not modified.
     * @param factors Not modified.
     * @param from first entry that counts
     * @param sum Modified.
     */
    public static void add(double[][] columns, double[] factors, int from, double[] sum) {
        int k = 0;
        for (; k + 4 <= factors.length; k += 4) {
            addFour(columns, factors, k, from, sum);
        }
        for (; k < factors.length; k++) {
            double[] p = columns[k];
            double a = factors[k];
            for (int i = from; i < sum.length; i++) {
                sum[i] += p[i] * a;
            }
        }
    }

    private static void addFour(double[][] columns, double[] factors, int k, int from, double[] sum) {
        double[] p = columns[k];
        double[] q = columns[k + 1];
        double[] r = columns[k + 2];
        double[] t = columns[k + 3];
        double a = factors[k];
        double b = factors[k + 1];
        double c = factors[k + 2];
        double d = factors[k + 3];
        for (int i = from; i < sum.length; i++) {
            sum[i] += (p[i] * a + q[i] * b) + (r[i] * c + t[i] * d);
        }
    }
}
