package org.normscope.lipschitz;

import java.util.Locale;

/** How distances between two values inside a network are measured. */
public enum Metric {
    /** The Euclidean norm of all entries. */
    L2,
    /** The largest Euclidean norm of a token (a row of a sequence): bounds don't depend on the number of tokens. */
    MAX_TOKEN_L2;

    /** The word the report uses. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
