package org.normscope.job.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.normscope.report.Figures;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.rewrite.ShardWriter;
import org.normscope.rewrite.ShardWriter.Draft;
import org.normscope.tensor.Printable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Shards are written by executors, one task each. Every attempt at a task writes a file of its own; the first that is complete counts.
 *
 * @param context started
 */
record SparkShards(SparkContext context) implements ShardEngine {
    private static final String GROUP = "normscope-write";

    @Override
    public void write(ShardWriter writer, List<Shard> shards, Consumer<Draft> drafts) throws IOException {
        List<byte[]> packed = new ArrayList<>();
        List<Object> partitions = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            packed.add(Wire.pack(shards.get(i)));
            partitions.add(i);
        }
        RDD<byte[]> rdd = JavaSparkContext.fromSparkContext(context)
                .parallelize(packed, packed.size())
                .rdd();
        Seq<Object> all = CollectionConverters.asScala(partitions).toSeq();
        DraftHandler handler = new DraftHandler(drafts, () -> context.cancelJobGroup(GROUP));
        context.setJobGroup(GROUP, sentence(writer, shards), true);
        try {
            context.runJob(rdd, new ShardTask(writer), all, handler, ClassTag$.MODULE$.apply(byte[].class));
        } catch (Exception e) {
            // Scala throws checked exceptions unannounced.
            IOException lost = handler.failure();
            throw lost == null ? LostJob.because(e) : lost;
        } finally {
            context.clearJobGroup();
        }
        IOException lost = handler.failure();
        if (lost != null) {
            throw lost;
        }
    }

    /** What the Spark UI shows for the job. */
    private static String sentence(ShardWriter writer, List<Shard> shards) {
        long bytes = shards.stream().mapToLong(Shard::bytes).sum();
        return Printable.oneLine("Write " + Figures.count(shards.size(), "shard") + ", " + Figures.bytes(bytes)
                + ", one task each: " + writer.files().location(shards.get(0).name()));
    }
}
