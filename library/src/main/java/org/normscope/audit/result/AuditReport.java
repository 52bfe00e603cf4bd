package org.normscope.audit.result;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.tensor.Checkpoint;

/**
 * Everything an audit found.
 *
 * @param checkpoint what was audited
 * @param settings what was asked for, the seed that was used included
 * @param kernel name and lanes of the loops that made the sums
 * @param tensors one row per tensor of the checkpoint, in its order
 * @param weights one row per effective matrix
 * @param run what may differ between two runs with the same result
 * @param model what is known of the whole; null where nobody said how layers are connected
 * @param adapter what a low-rank adapter does; null without one
 */
public record AuditReport(
        Checkpoint checkpoint,
        AuditSettings settings,
        Kernel kernel,
        List<TensorRow> tensors,
        List<WeightRow> weights,
        RunRecord run,
        @Nullable ModelBound model,
        @Nullable AdapterEffect adapter) {
    /** The inner loops used. */
    public record Kernel(String name, int lanes) {}

    /** A report of matrices alone. */
    public AuditReport(
            Checkpoint checkpoint,
            AuditSettings settings,
            Kernel kernel,
            List<TensorRow> tensors,
            List<WeightRow> weights,
            RunRecord run) {
        this(checkpoint, settings, kernel, tensors, weights, run, null, null);
    }

    /** This report with what is known of the whole. */
    public AuditReport with(ModelBound found) {
        return new AuditReport(checkpoint, settings, kernel, tensors, weights, run, found, adapter);
    }

    /** This report with what an adapter does. */
    public AuditReport with(AdapterEffect effect) {
        return new AuditReport(checkpoint, settings, kernel, tensors, weights, run, model, effect);
    }

    /** This report with these rows of weights. */
    public AuditReport holding(List<WeightRow> rows) {
        return new AuditReport(checkpoint, settings, kernel, tensors, rows, run, model, adapter);
    }

    /** Copies the lists. */
    public AuditReport {
        tensors = List.copyOf(tensors);
        weights = List.copyOf(weights);
    }

    /** The same report with a note on its checkpoint. */
    public AuditReport noting(String note) {
        return new AuditReport(checkpoint.noting(note), settings, kernel, tensors, weights, run, model, adapter);
    }

    /** How many tensors ended up with this status. */
    public long count(Status status) {
        return tensors.stream().filter(row -> row.status() == status).count();
    }

    /** Bytes of all tensors. */
    public long bytes() {
        return tensors.stream().mapToLong(row -> row.tensor().bytes()).sum();
    }

    /** Sum over all weights of the chance that their upper bound is wrong: a bound for the whole report (union bound). */
    public double failureProbability() {
        double sum = 0;
        for (WeightRow row : weights) {
            sum += row.norm() == null ? 0 : row.norm().sigma().failureProbability();
        }
        return sum;
    }
}
