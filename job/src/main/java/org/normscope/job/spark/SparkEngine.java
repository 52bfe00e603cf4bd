package org.normscope.job.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.normscope.audit.Engine;
import org.normscope.audit.pass.ResidentAudit;
import org.normscope.audit.pass.SpreadSearch;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.TaskGroups;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.TaskResult;
import org.normscope.kernel.Kernels;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.Printable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Matrices larger than a block are striped over the cluster and advance in lockstep, one Spark job per step; all others are audited
 * whole inside Spark tasks, largest first, without a shuffle.
 */
final class SparkEngine implements Engine {
    private final Cluster cluster;
    private final SparkContext context;

    /** Keeps stripes in memory, and on local disks where memory is short: reading them again from afar costs more. */
    SparkEngine(SparkContext context, Storage storage, Kernels kernels) {
        this(new Cluster(context, storage, kernels, StorageLevel.MEMORY_AND_DISK()));
    }

    SparkEngine(Cluster cluster) {
        this.cluster = cluster;
        this.context = cluster.context();
    }

    @Override
    public long weightMemory() {
        return ExecutorMemory.perTask(context);
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("engine", "spark");
        environment.put("master", Configurations.withoutRetries(context.master()));
        environment.put("executors", String.valueOf(ExecutorMemory.executors(context)));
        environment.put("spark", context.version());
        String serializer = context.getConf().get("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
        environment.put("serializer", serializer.substring(serializer.lastIndexOf('.') + 1));
        return environment;
    }

    @Override
    public void run(AuditPlan plan, Listener listener) throws IOException {
        if (plan.tasks().isEmpty()) {
            return;
        }
        List<AuditTask> tasks = absolute(plan.tasks());
        List<AuditTask> striped = tasks.stream().filter(plan::isStriped).toList();
        List<AuditTask> spread = tasks.stream().filter(plan::isSpread).toList();
        List<AuditTask> whole = tasks.stream()
                .filter(task -> !plan.isStriped(task) && !plan.isSpread(task))
                .toList();
        context.setJobGroup("normscope-audit", sentence(plan), true);
        try {
            runStriped(plan, striped, listener);
            runSpread(plan, spread, listener);
            runWhole(plan, whole, listener);
        } catch (Exception e) {
            // Scala throws checked exceptions unannounced.
            throw LostJob.because(e);
        } finally {
            context.clearJobGroup();
        }
    }

    /** Executors have another working folder than the driver. */
    private static List<AuditTask> absolute(List<AuditTask> tasks) throws IOException {
        List<AuditTask> absolute = new ArrayList<>();
        for (AuditTask task : tasks) {
            absolute.add(task.in(task.files().absolute()));
        }
        return absolute;
    }

    /** Factors of striped weights are found here, on the driver, which reads their entries once, a stretch at a time. */
    private void runStriped(AuditPlan plan, List<AuditTask> tasks, Listener listener) {
        List<AuditTask> prepared = new ArrayList<>();
        long read = 0;
        for (AuditTask task : tasks) {
            CountingStorage counting = new CountingStorage(cluster.storage());
            try {
                prepared.add(ResidentAudit.prepared(task, counting));
                read += counting.bytesRead();
            } catch (ResidentAudit.NotPreparedException e) {
                listener.finished(new TaskResult(task, e.outcome(), 0, counting.bytesRead()));
            }
        }
        if (!prepared.isEmpty()) {
            new StripedRun(cluster, plan, prepared).run(listener, read);
        }
    }

    /** Kernels whose frequencies are shared out: each is audited inside a task, then the driver asks about its frequencies. */
    private void runSpread(AuditPlan plan, List<AuditTask> tasks, Listener listener) {
        List<TaskResult> found = new ArrayList<>();
        runWhole(plan, tasks, new Listener() {
            @Override
            public void finished(TaskResult result) {
                found.add(result);
            }

            @Override
            public void rowNorms(RowNorms rows) {
                listener.rowNorms(rows);
            }
        });
        try (FrequencyRun frequencies = new FrequencyRun(context)) {
            SpreadSearch search = SpreadSearch.by(frequencies, cluster.storage(), plan.settings());
            found.forEach(result -> listener.finished(search.complete(result)));
        }
    }

    private void runWhole(AuditPlan plan, List<AuditTask> tasks, Listener listener) {
        List<List<AuditTask>> groups = TaskGroups.of(tasks, context.defaultParallelism());
        if (groups.isEmpty()) {
            return;
        }
        context.setJobDescription(sentence(plan));
        GroupAudit audit =
                new GroupAudit(cluster.storage(), plan, cluster.kernels().name(), groups, weightMemory());
        List<Integer> indices = IntStream.range(0, groups.size()).boxed().toList();
        RDD<Integer> rdd = JavaSparkContext.fromSparkContext(context)
                .parallelize(indices, groups.size())
                .rdd();
        ResultHandler handler = new ResultHandler(listener);
        for (List<Integer> portion : Portions.of(indices, audit::rowBytes)) {
            Seq<Object> partitions =
                    CollectionConverters.asScala(List.<Object>copyOf(portion)).toSeq();
            context.runJob(rdd, audit, partitions, handler, ClassTag$.MODULE$.apply(byte[].class));
        }
    }

    /** What the Spark UI shows for the job. */
    private static String sentence(AuditPlan plan) {
        long bytes =
                plan.tasks().stream().mapToLong(task -> task.tensor().bytes()).sum();
        return Printable.oneLine(String.format(
                Locale.ROOT,
                "Audit %d matrices (%d tensors, %,d MB) of %s, largest first",
                plan.weights().size(),
                plan.checkpoint().tensors().size(),
                bytes >> 20,
                plan.checkpoint().location()));
    }
}
