package org.normscope.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.WideBound;

/** Bounds of any size for people, rounded up. */
final class ModelFigures {
    /** Decimal logarithm above which a bound is shown by it. */
    private static final double LONGEST = 12;

    private ModelFigures() {}

    /** {@code 3.25}, {@code 10^264.3}, or {@code unknown}. */
    static String size(@Nullable WideBound bound) {
        if (bound == null) {
            return "unknown";
        }
        double log = bound.log10();
        return log > LONGEST
                ? "10^" + String.format(Locale.ROOT, "%.1f", Math.ceil(log * 10) / 10)
                : bound.narrow().map(upper -> Figures.up(upper.value())).orElse("unknown");
    }
}
