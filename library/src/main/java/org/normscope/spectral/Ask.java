package org.normscope.spectral;

/**
 * What an algorithm wants to be computed with its matrix W, seen as long x m. The algorithm asks, somebody else multiplies
 * ("reverse communication").
 */
public sealed interface Ask {
    /**
     * {@code WᵀW X} and the column norms of {@code W X}, answered by {@link Answer.Product}.
     *
     * @param x b vectors of m entries, column after column in a matrix m x b. Not to be modified.
     */
    record Multiply(org.normscope.linalg.Matrix x) implements Ask {}

    /** {@code WᵀW}, answered by {@link Answer.Gram}. */
    record FormGram() implements Ask {}

    /** Nothing more: the result. */
    record Finished(SpectralNorm norm) implements Ask {}
}
