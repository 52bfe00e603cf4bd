package org.normscope.audit.network;

import org.jspecify.annotations.Nullable;
import org.normscope.bound.UpperBound;

/**
 * What a normalization leaves to the layers behind it: they see {@code scale * z + shift}, z being the normalized vector, so that with
 * W diag(scale) and b + W shift in place of W and b they can take z itself.
 *
 * @param scale one factor for each entry, each within {@link #ROUNDINGS} roundings. Not to be modified.
 * @param shift one summand for each entry; null for none. Not to be modified.
 */
record Fold(double[] scale, double @Nullable [] shift) {
    /** Roundings of a weight's entry times its factor: of the factor (1 + weight), and of the product. */
    static final int ROUNDINGS = 2;

    /** Upper bound on {@code max |scale|}. */
    UpperBound largest() {
        double largest = 0;
        for (double factor : scale) {
            largest = Math.max(largest, Math.abs(factor));
        }
        return new UpperBound(largest * (1 + 0x1p-50));
    }

    /** Whether all factors have nearly the same size, so that the largest one says as much as all of them. */
    boolean isEven() {
        double least = largest().value();
        for (double factor : scale) {
            least = Math.min(least, Math.abs(factor));
        }
        return least >= 0.99 * largest().value();
    }

    /** Of a layer that stands behind no normalization, or behind one that keeps its scale: 1. */
    static UpperBound largest(@Nullable Fold fold) {
        return fold == null ? new UpperBound(1) : fold.largest();
    }
}
