package org.normscope.bound;

import java.util.Locale;

/** How it is known that an interval contains the true value, strongest first. */
public enum Certificate {
    /** Rounding can't matter: zero, empty, a single entry, row or column; a few units in the last place. */
    EXACT,
    /** Deterministic, every rounding error counted. */
    RIGOROUS,
    /** Deterministic, rounding counted to first order: the energy outside the Krylov space can't hide a larger value. */
    ENERGY,
    /** Fails with a stated probability over the random start, rounding counted to first order. */
    PROBABILISTIC,
    /** No upper bound is known. */
    LOWER_ONLY;

    /** The word the report uses: lower case, {@code _} between words. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
