package org.normscope.rewrite.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.normscope.audit.Audit;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Selection;
import org.normscope.tensor.Checkpoint;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;

/** The plan of an audit of some weights as matrices, and nothing else. */
final class Measurement {
    private Measurement() {}

    /**
     * A weight to be measured.
     *
     * @param parts the names of all tensors that it is made of
     * @param dim the dimension that becomes the rows, of a weight that is stored as it is; others know theirs
     */
    record Wanted(List<String> parts, int dim) {}

    static AuditPlan of(Checkpoint checkpoint, AuditSettings settings, List<Wanted> wanted) {
        AuditSettings everything = new AuditSettings(
                settings.precision(), Selection.ALL, settings.blockBytes(), settings.top(), settings.seed());
        AuditPlan plan = Audit.plan(checkpoint, everything, AuditPlan.Request.REPORT_ONLY);
        Keys keys = Keys.of(plan);
        Map<Set<String>, Integer> dims = new HashMap<>();
        wanted.forEach(one -> dims.put(keys.of(one.parts()), one.dim()));
        List<AuditTask> tasks = plan.tasks().stream()
                .flatMap(task -> {
                    EffectiveWeight weight = task.weight();
                    Integer dim = weight == null ? null : dims.get(keys.of(weight));
                    return dim == null
                            ? Stream.empty()
                            : Stream.of(turned(task, dim).asMatrix());
                })
                .toList();
        return new AuditPlan(checkpoint, everything, plan.map(), tasks, plan.skipped(), plan.request());
    }

    private static AuditTask turned(AuditTask task, int dim) {
        EffectiveWeight weight = task.weight();
        boolean stored = weight != null && weight.recipe() instanceof Recipe.Plain;
        return stored && dim > 0 && dim < task.tensor().shape().rank()
                ? task.reading(task.tensor().withFirst(dim))
                : task;
    }
}
