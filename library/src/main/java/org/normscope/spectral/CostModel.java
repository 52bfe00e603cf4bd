package org.normscope.spectral;

/** Relative costs, in nanoseconds of one core; the constants were measured once, see docs/decisions/0001. */
final class CostModel {
    /** Per entry and vector of a block product, both halves. */
    private static final double PRODUCT = 0.22;
    /** Per multiplication of the symmetric rank update. */
    private static final double UPDATE = 0.15;
    /** Per cubed order, of one Cholesky factorization. */
    private static final double CHOLESKY = 0.12;
    /** Per squared order, of the Lanczos steps on the Gram matrix itself. */
    private static final double INNER = 200;
    /** Per entry of the basis and step, of reorthogonalization. */
    private static final double BASIS = 2.2;

    private CostModel() {}

    /** Forming and certifying the Gram matrix of an n x m matrix. */
    static double gram(double n, double m) {
        return UPDATE * n * m * m / 2 + CHOLESKY * m * m * m + INNER * m * m;
    }

    /** Block Lanczos with k passes over an n x m matrix. */
    static double krylov(double n, double m, double b, double k) {
        return PRODUCT * n * m * b * k + BASIS * m * b * b * k * k;
    }
}
