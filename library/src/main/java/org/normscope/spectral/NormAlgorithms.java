package org.normscope.spectral;

/** Chooses and creates algorithms; the choice depends on the shape and the goal alone, so that every engine makes the same one. */
public final class NormAlgorithms {
    private static final int LEAST_BLOCK = 8;

    private NormAlgorithms() {}

    /** Vectors multiplied at once: at least as many as values wanted, for a block finds no value more often than it has vectors. */
    public static int blockSize(int top) {
        return Math.max(LEAST_BLOCK, top);
    }

    /** A fresh computation of this problem by this method. */
    public static NormAlgorithm create(Method method, NormProblem problem) {
        return switch (method) {
            case GRAM -> new GramNorm(problem);
            case KRYLOV -> new KrylovNorm(problem);
            case POWER -> new PowerNorm(problem);
            case DIRECT -> throw new IllegalArgumentException("direct norms need no algorithm");
        };
    }

    /**
     * The cheaper of Gram and Krylov.
     *
     * @param longSide n, at least m
     * @param m short side
     * @param blockSize b
     * @param tolerance certified relative width wanted
     */
    public static Method cheapest(long longSide, int m, int blockSize, double tolerance) {
        if (m < 4 * blockSize) {
            return Method.GRAM;
        }
        double expectedPasses = expectedPasses(tolerance);
        return CostModel.gram(longSide, m) < CostModel.krylov(longSide, m, blockSize, expectedPasses)
                ? Method.GRAM
                : Method.KRYLOV;
    }

    /** Readings that block Lanczos takes on a matrix between a trained (few) and a fresh one (many). */
    public static double expectedPasses(double tolerance) {
        return 4 - 3.5 * Math.log10(tolerance);
    }
}
