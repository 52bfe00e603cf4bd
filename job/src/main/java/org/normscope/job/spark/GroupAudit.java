package org.normscope.job.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.normscope.audit.pass.ResidentAudit;
import org.normscope.audit.pass.ResidentAudit.Residency;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TaskResult;
import org.normscope.kernel.Kernels;
import org.normscope.storage.Storage;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * What a Spark task does with matrices that fit it: audits one group.
 */
final class GroupAudit extends AbstractFunction2<TaskContext, Iterator<Integer>, byte[]> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Storage storage;
    private final AuditSettings settings;
    private final AuditPlan.Request request;
    private final String kernel;
    private final List<List<AuditTask>> groups;
    private final long[] memory;
    private final long taskMemory;

    GroupAudit(Storage storage, AuditPlan plan, String kernel, List<List<AuditTask>> groups, long taskMemory) {
        this.storage = storage;
        this.settings = plan.settings();
        this.request = plan.request();
        this.kernel = kernel;
        this.groups = groups;
        this.taskMemory = taskMemory;
        this.memory = groups.stream()
                .mapToLong(group -> group.stream().mapToLong(plan::memory).max().orElse(0))
                .toArray();
    }

    /** Bytes of row norms that a group brings back. */
    long rowBytes(int group) {
        boolean wanted = request.wants(AuditPlan.Extra.ROW_NORMS);
        return groups.get(group).stream()
                .filter(task -> wanted && task.weight() != null && !task.shape().isEmpty())
                .mapToLong(task -> Double.BYTES * task.shape().rows())
                .sum();
    }

    @Override
    public byte[] apply(TaskContext context, Iterator<Integer> indices) {
        int group = indices.next();
        List<RowNorms> rows = new ArrayList<>();
        ResidentAudit audit = new ResidentAudit(storage, settings, Kernels.named(kernel), request, rows::add);
        Residency residency = memory[group] <= taskMemory ? Residency.KEPT : Residency.STREAMED;
        ArrayList<Audited> results = new ArrayList<>();
        for (AuditTask task : groups.get(group)) {
            TaskResult result = audit.run(task, residency);
            failForAnotherAttempt(context, result);
            results.add(new Audited(result, rows));
            rows.clear();
        }
        return Wire.pack(results);
    }

    /** The last attempt gives the failure as a value. */
    private static void failForAnotherAttempt(TaskContext context, TaskResult result) {
        if (result.outcome().status() == Status.FAILED && Attempts.isAnotherOneLeft(context)) {
            throw new UncheckedIOException(new IOException(result.outcome().reason()));
        }
    }
}
