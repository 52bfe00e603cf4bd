package org.normscope.job.spark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.normscope.audit.pass.GridAudit;
import org.normscope.audit.pass.Lockstep;
import org.normscope.audit.pass.SlabShare;
import scala.Tuple2;

/**
 * Matrices whose lines are longer than a block: their blocks are cached over the cluster in the stored type, and one Spark job per step
 * makes all their products by two reductions, over bands and over columns. {@code W X} stays in the cluster; only sums over columns come back.
 */
final class GridRun {
    private final GridAudit audit;
    private final Lockstep lockstep;
    private final JavaRDD<byte[]> blocks;

    /** @param blocks of the audit's parts, one part per partition; not looked at if there is none */
    GridRun(Lockstep lockstep, GridAudit audit, JavaRDD<byte[]> blocks) {
        this.lockstep = lockstep;
        this.audit = audit;
        this.blocks = blocks;
    }

    /**
     * Gives the lockstep the passes that are wanted.
     *
     * @param open matrices that are not finished
     * @param wanted what the step wants of each matrix
     */
    void step(Set<Integer> open, String kernel, Broadcast<Wanted> wanted) {
        int count = audit.parts();
        if (IntStream.range(0, count).noneMatch(part -> open.contains(audit.task(part)))) {
            return;
        }
        GridStep step = new GridStep(audit, kernel, wanted);
        JavaPairRDD<Integer, Tuple2<Integer, byte[]>> bands = JavaPairRDD.fromJavaRDD(
                        blocks.mapPartitionsWithIndex(step::project, true))
                .groupByKey(count)
                .flatMapToPair(step::band)
                .partitionBy(new HashPartitioner(count));
        List<Tuple2<Tuple2<Integer, Integer>, byte[]>> columns = JavaPairRDD.fromJavaRDD(
                        blocks.zipPartitions(bands, step::multiply))
                .groupByKey(count)
                .mapToPair(step::sum)
                .collect();
        Map<Integer, Map<Integer, Object>> byTask = new TreeMap<>();
        columns.forEach(
                column -> byTask.computeIfAbsent(column._1()._1(), task -> new TreeMap<>(Comparator.reverseOrder()))
                        .put(column._1()._2(), Wire.unpack(column._2())));
        byTask.forEach(this::give);
    }

    /** The summary comes first, with the highest index: if a band failed, it says why, and columns only that something is missing. */
    private void give(int task, Map<Integer, Object> sums) {
        List<SlabShare> shares = new ArrayList<>();
        for (Object sum : sums.values()) {
            if (!(sum instanceof SlabShare share)) {
                lockstep.failWhole(task, String.valueOf(sum));
                return;
            }
            shares.add(share);
        }
        SlabShare summary = shares.remove(0);
        Collections.reverse(shares);
        lockstep.giveWhole(task, GridAudit.whole(summary, shares));
    }

    void close() {
        blocks.unpersist(false);
    }
}
