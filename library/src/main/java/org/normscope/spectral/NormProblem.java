package org.normscope.spectral;

/**
 * What an algorithm must know of its matrix W, seen as long x m, and of what is wanted.
 *
 * @param m short side: order of the Gram matrix
 * @param longDepth additions in a row on the way to a sum over the long side
 * @param exactProducts whether products of two entries are exact in double (entries of at most 26 bits)
 * @param goal when to stop
 * @param start where the start block comes from
 */
public record NormProblem(int m, long longDepth, boolean exactProducts, Goal goal, StartBlock start) {
    /** A problem with a random start alone. */
    public NormProblem(int m, long longDepth, boolean exactProducts, Goal goal, RandomStart start) {
        this(m, longDepth, exactProducts, goal, StartBlock.gaussian(start));
    }

    /**
     * When a computation is done.
     *
     * @param tolerance certified relative width, upper / lower - 1
     * @param failureProbability chance that a probabilistic upper bound is wrong
     * @param blockSize vectors multiplied at once
     * @param passLimit most readings of the matrix, the last one for the lower bound included
     * @param top leading singular values wanted, at least 1
     */
    public record Goal(double tolerance, double failureProbability, int blockSize, int passLimit, int top) {}

    /** Roundings on the way to a sum over the long side: one more where products round. */
    long longRoundings() {
        return longDepth + (exactProducts ? 0 : 1);
    }

    /** Roundings on the way to a sum over the short side; vectors have 53 bits, so that products round. */
    long shortRoundings() {
        return m + 1L;
    }
}
