package org.normscope.job.spark;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.normscope.audit.Engine;
import org.normscope.audit.pass.GridAudit;
import org.normscope.audit.pass.Lockstep;
import org.normscope.audit.pass.StoredParts;
import org.normscope.audit.pass.StripeAudit;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.TaskResult;
import org.normscope.kernel.Kernels;

/**
 * All striped matrices in lockstep: their bundles of slabs are cached over the cluster in the stored type, and one Spark job per step
 * multiplies every matrix that isn't finished, another one those whose lines are cut. The vectors are broadcast; only sums come back. What
 * one pass is enough for is not kept.
 */
final class StripedRun {
    private final SparkContext context;
    private final Kernels kernels;
    private final Lockstep lockstep;
    private final StripeAudit audit;
    private final LongAccumulator bytesRead;
    private final JavaRDD<byte[]> kept;
    private final JavaRDD<byte[]> bundles;
    private final GridRun grids;
    private final long began = System.nanoTime();
    private long told;

    StripedRun(Cluster cluster, AuditPlan plan, List<AuditTask> tasks) {
        context = cluster.context();
        kernels = cluster.kernels();
        List<AuditTask> ordered = keptFirst(plan, tasks);
        long keptTasks = ordered.stream().filter(task -> !plan.isReadOnce(task)).count();
        lockstep = new Lockstep(ordered, plan.settings(), plan.request());
        audit = StripeAudit.ofStored(cluster.storage(), ordered, lockstep);
        bytesRead = context.longAccumulator("bytes read into stripes");
        int count = lockstep.bundles().size();
        int first = (int) lockstep.bundles().stream()
                .filter(bundle -> bundle.task() < keptTasks)
                .count();
        kept = read(audit, 0, first).setName("stripes in their stored type").persist(cluster.kept());
        JavaRDD<byte[]> once = read(audit, first, count);
        // An RDD without elements has a partition all the same, and would shift the others' numbers.
        bundles = first == 0 ? once : first == count ? kept : kept.union(once);
        GridAudit blocks = new GridAudit(cluster.storage(), ordered, lockstep);
        JavaRDD<byte[]> stored = read(blocks, 0, blocks.parts()).setName("blocks in their stored type");
        grids = new GridRun(lockstep, blocks, stored.persist(cluster.kept()));
    }

    /** What is stored in the parts with numbers {@code from} to {@code to - 1}, a partition each. */
    private JavaRDD<byte[]> read(StoredParts parts, int from, int to) {
        return JavaSparkContext.fromSparkContext(context)
                .parallelize(IntStream.range(from, to).boxed().toList(), Math.max(1, to - from))
                .flatMap(new StripeReader(parts, bytesRead));
    }

    /** Matrices that several passes read come first: their stripes are worth keeping. */
    private static List<AuditTask> keptFirst(AuditPlan plan, List<AuditTask> tasks) {
        return tasks.stream().sorted(Comparator.comparing(plan::isReadOnce)).toList();
    }

    /**
     * Runs until every matrix is finished.
     *
     * @param prepared bytes that were read before, to find factors
     */
    void run(Engine.Listener listener, long prepared) {
        told = -prepared;
        try {
            new StripeSteps(lockstep, audit, kernels, bundles, grids)
                    .run(finished -> tell(listener, finished), listener::rowNorms);
        } finally {
            kept.unpersist(false);
            grids.close();
        }
    }

    /** All matrices are read together: each is told with what was read since the one before, so that the sum is right. */
    private void tell(Engine.Listener listener, Lockstep.Finished finished) {
        double seconds = (System.nanoTime() - began) * 1e-9;
        long read = bytesRead.value();
        listener.finished(new TaskResult(finished.task(), finished.outcome(), seconds, read - told));
        told = read;
    }
}
