package org.normscope.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SumTreeTest {
    @Test
    void bundlesTileTheSlabs() {
        for (int slabs = 1; slabs <= 40; slabs++) {
            for (int bundle = 1; bundle <= slabs; bundle++) {
                SumTree tree = new SumTree(slabs, bundle);
                int next = 0;
                for (int i = 0; i < tree.bundles(); i++) {
                    assertThat(tree.first(i)).isEqualTo(next);
                    assertThat(tree.size(i)).isBetween(1, bundle);
                    next += tree.size(i);
                }
                assertThat(next).isEqualTo(slabs);
                assertThat(tree.depth()).isGreaterThanOrEqualTo(bundle + tree.bundles());
            }
        }
    }

    @Test
    void smallSharesAreAllSentAndLargeOnesJoinedFirst() {
        assertThat(SumTree.of(1000, 8192).bundle()).isEqualTo(1);
        assertThat(SumTree.of(1000, 1 << 20).bundles()).isLessThanOrEqualTo(256);
        assertThat(SumTree.of(1000, 1L << 33).bundles()).isLessThanOrEqualTo(32);
        assertThat(SumTree.of(1, 1L << 40).bundles()).isEqualTo(1);
    }
}
