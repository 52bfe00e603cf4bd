package org.normscope.audit.pass;

import org.jspecify.annotations.Nullable;
import org.normscope.matrix.SumTree;

/** The shares of one pass, given in the order of the slabs and added up as the tree says. */
final class ShareSum {
    private final SumTree tree;
    private int given;
    private @Nullable SlabShare bundle;
    private @Nullable SlabShare total;

    /** An empty sum. */
    ShareSum(SumTree tree) {
        this.tree = tree;
    }

    /** Takes the share of the next slab over. */
    void add(SlabShare slab) {
        bundle = bundle == null ? slab : bundle.plus(slab);
        given++;
        if (given % tree.bundle() == 0 || given == tree.slabs()) {
            addBundle(bundle);
            bundle = null;
        }
    }

    /** Takes over the sum of the next whole bundle, made elsewhere. */
    void addBundle(SlabShare sum) {
        total = total == null ? sum : total.plus(sum);
    }

    /** The whole pass. */
    SlabShare total() {
        if (total == null || bundle != null) {
            throw new IllegalStateException("shares are missing");
        }
        return total;
    }
}
