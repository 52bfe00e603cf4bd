package org.normscope.job.mllib;

import org.apache.spark.Partitioner;
import org.normscope.matrix.SumTree;

/** Brings the pieces of a bundle of slabs into one partition. Keys are numbers of slabs; a negative one goes to the first bundle. */
final class BundlePartitioner extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final SumTree tree;

    BundlePartitioner(SumTree tree) {
        this.tree = tree;
    }

    @Override
    public int numPartitions() {
        return tree.bundles();
    }

    @Override
    public int getPartition(Object slab) {
        return Math.max(0, (Integer) slab) / tree.bundle();
    }
}
