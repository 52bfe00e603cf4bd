package org.normscope.audit.pass;

import java.io.IOException;
import org.normscope.audit.effective.ReadFailure;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.KernelPlan;
import org.normscope.audit.plan.Striping;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.TaskResult;
import org.normscope.convolution.Evaluator;
import org.normscope.elements.Elements;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.Storage;

/**
 * The norms of convolutions whose frequencies are shared out, after everything else is known of the weight. The kernel is read once more,
 * where the search runs; those who evaluate get its symbol.
 *
 * @param storage where the checkpoint lies
 * @param settings of the audit
 * @param evaluator who answers; changes no bit
 */
public record SpreadSearch(Storage storage, AuditSettings settings, Evaluator evaluator) {
    /** A search by workers that needn't be here. */
    public static SpreadSearch by(FrequencyWork.Workers workers, Storage storage, AuditSettings settings) {
        return new SpreadSearch(storage, settings, FrequencyWork.evaluator(workers));
    }

    /** The result with the norm that the search finds; the same if none is planned, or there is nothing to search for. */
    public TaskResult complete(TaskResult result) {
        AuditTask task = result.task();
        Outcome outcome = result.outcome();
        boolean isPlanned = KernelPlan.of(task, settings)
                .filter(plan -> plan.way() == KernelPlan.Way.SPREAD)
                .isPresent();
        if (!isPlanned || outcome.norm() == null || outcome.norm().operator() == null) {
            return result;
        }
        long start = System.nanoTime();
        CountingStorage counting = new CountingStorage(storage);
        Outcome found = searched(task, outcome, counting);
        double seconds = result.seconds() + (System.nanoTime() - start) * 1e-9;
        return new TaskResult(task, found, seconds, result.bytesRead() + counting.bytesRead());
    }

    private Outcome searched(AuditTask task, Outcome outcome, Storage counting) {
        try {
            AuditTask prepared = ResidentAudit.prepared(task, counting);
            try (Elements elements = prepared.files().open(counting, prepared.tensor())) {
                BlockReader reader = new BlockReader(
                        elements, prepared, Striping.of(prepared, settings).grid());
                return KernelNorm.spread(prepared, settings, outcome, Slabs.streamed(reader), evaluator);
            }
        } catch (ResidentAudit.NotPreparedException e) {
            return e.outcome();
        } catch (IOException e) {
            return Outcome.failed(ReadFailure.reason(storage, task, e));
        } catch (OutOfMemoryError e) {
            return Outcome.failed(HeapShortage.advice(task.tensor().name()));
        }
    }
}
