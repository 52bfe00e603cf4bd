package org.normscope.job.spark;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.normscope.audit.TensorSlices;
import org.normscope.weightnorm.SliceNorms;

/** Norms of the slices of a tensor that lies in many partitions: only sums come back, and are merged in the order of the tensor. */
public final class SparkSlices {
    private SparkSlices() {}

    /**
     * The norms, with the bits that {@link TensorSlices#norms} gives in one process.
     *
     * @throws org.apache.spark.SparkException if a part can't be read
     */
    public static SliceNorms norms(JavaSparkContext spark, TensorSlices slices) {
        List<Integer> bundles = IntStream.range(0, slices.bundles()).boxed().toList();
        spark.setJobDescription("Norms of slices");
        List<byte[]> parts = spark.parallelize(bundles, bundles.size())
                .map(bundle -> Wire.pack(slices.bundle(bundle)))
                .collect();
        SliceNorms sum = (SliceNorms) Wire.unpack(parts.get(0));
        parts.subList(1, parts.size()).forEach(part -> sum.merge((SliceNorms) Wire.unpack(part)));
        return sum;
    }
}
