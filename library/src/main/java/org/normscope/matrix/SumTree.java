package org.normscope.matrix;

import java.io.Serializable;

/**
 * The order in which the shares of a matrix's slabs are added up: neighbours in bundles first, then the bundles. Arithmetic only, fixed
 * by the matrix, so that a sum has the same bits wherever its parts were computed; bundles bound what travels to one place.
 *
 * @param slabs number of slabs, at least 1
 * @param bundle slabs per bundle, at least 1; the last bundle may have fewer
 */
public record SumTree(int slabs, int bundle) implements Serializable {
    /** Most bytes that all bundles together send. */
    private static final long INFLOW = 256L << 20;

    /** Bundles that are never joined, however large a share is: work for that many tasks. */
    private static final int FEWEST_BUNDLES = 32;

    /** The tree for shares of this many bytes each. */
    public static SumTree of(int slabs, long shareBytes) {
        long most = Math.max(FEWEST_BUNDLES, INFLOW / Math.max(1, shareBytes));
        return new SumTree(slabs, (int) ((slabs + most - 1) / most));
    }

    /** Number of bundles. */
    public int bundles() {
        return (slabs + bundle - 1) / bundle;
    }

    /** First slab of a bundle. */
    public int first(int index) {
        return index * bundle;
    }

    /** Slabs in a bundle. */
    public int size(int index) {
        return Math.min(bundle, slabs - first(index));
    }

    /** Additions in a row on the way from a share to the sum. */
    public int depth() {
        return bundle + bundles();
    }
}
