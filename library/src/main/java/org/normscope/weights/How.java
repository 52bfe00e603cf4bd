package org.normscope.weights;

import java.util.Locale;

/** The kinds of {@link Recipe}s. */
public enum How {
    PLAIN,
    WEIGHT_NORM,
    SPECTRAL_NORM,
    BLOCK_SCALED,
    MXFP4,
    NVFP4,
    LORA,
    ADAPTED,
    PARAMETRIZED;

    /** The word the report uses: lower case, {@code _} between words. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
