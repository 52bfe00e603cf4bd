package org.normscope.spectral;

/** A computation of a spectral norm that never sees the matrix: {@link #next}, multiply, {@link #answer}, until finished. */
public interface NormAlgorithm {
    /** What is to be computed next; the same until answered. */
    Ask next();

    /** Gives what {@link #next} asked for. */
    void answer(Answer answer);
}
