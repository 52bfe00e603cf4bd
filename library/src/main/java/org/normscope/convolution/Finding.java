package org.normscope.convolution;

import java.io.Serializable;

/** What is known of the symbol's norm at one frequency. */
public sealed interface Finding extends Serializable {
    /** Proved, rounding counted: the norm is at most what was enough. */
    record Below() implements Finding {}

    /**
     * Not proved to be below.
     *
     * @param lower at most the norm, rounding counted, and near it
     */
    record AtLeast(double lower) implements Finding {}
}
