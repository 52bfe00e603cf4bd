package org.normscope.weights;

import java.util.Locale;

/** What the rows of a weight are in its layer. */
public enum RowAxis {
    /** Its outputs. */
    OUT,
    /** Its inputs. */
    IN,
    /** The checkpoint doesn't tell. */
    UNKNOWN;

    /** The word the report uses: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
