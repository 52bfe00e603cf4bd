package org.normscope.audit.result;

import java.util.Locale;

/** Where a tensor or weight ended up. */
public enum Status {
    /** Looked at, numbers given. */
    ANALYZED,
    /** Left out on purpose; the reason says why. */
    SKIPPED,
    /** Reading it failed; the reason says how. */
    FAILED;

    /** The word the report uses. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
