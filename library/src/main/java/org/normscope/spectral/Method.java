package org.normscope.spectral;

import java.util.Locale;

/** How a spectral norm was computed. */
public enum Method {
    /** Read off the entries: zero, empty, one row or column. */
    DIRECT,
    /** The Gram matrix, formed in one pass, with a Cholesky certificate. */
    GRAM,
    /** Block Lanczos with full reorthogonalization. */
    KRYLOV,
    /** Plain power iteration: a lower bound only. */
    POWER;

    /** The word the report uses. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
