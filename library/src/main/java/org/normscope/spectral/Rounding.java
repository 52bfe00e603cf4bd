package org.normscope.spectral;

/** Error constants of double arithmetic: unit roundoff {@code u = 2^-53}, {@code gamma(k) = k u / (1 - k u)}. */
public final class Rounding {
    /** Unit roundoff of double. */
    public static final double U = 0x1p-53;

    private Rounding() {}

    /** Higham's gamma: the relative error that k roundings in a row can't exceed. */
    public static double gamma(double k) {
        return k * U / (1 - k * U);
    }
}
