package org.normscope.audit.adapter;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AdapterEffect;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.weights.How;
import org.normscope.weights.Recipe;

/** Base, change and sum of every weight that an adapter changes, from the report of an audit of all three. */
public final class AdapterEffects {
    private final Map<Object, Interval> norms = new HashMap<>();

    private AdapterEffects(AuditReport report) {
        for (WeightRow row : report.weights()) {
            if (row.norm() != null) {
                norms.putIfAbsent(key(row.weight().recipe()), row.norm().sigma());
            }
        }
    }

    /** What a row is of: for products their factors, for all else the recipe. */
    private static Object key(Recipe recipe) {
        return recipe instanceof Recipe.Lora lora ? List.of(lora.a(), lora.b()) : recipe;
    }

    /**
     * The effect.
     *
     * @param report of the plan, which was asked for the adapter's weights
     * @param structure for the bound of the model without the adapter
     * @throws BadCheckpointException if a user's description doesn't fit the checkpoint
     * @throws IOException if the storage fails
     */
    public static AdapterEffect of(
            Adapter adapter, AuditPlan plan, AuditReport report, Structure structure, Storage storage)
            throws BadCheckpointException, IOException {
        AdapterEffects effects = new AdapterEffects(report);
        List<AdapterEffect.Change> changes = new ArrayList<>();
        for (Recipe.Adapted weight : adapter.adapted()) {
            changes.add(effects.change(weight));
        }
        List<WeightRow> without = report.weights().stream()
                .filter(row -> row.weight().how() != How.ADAPTED)
                .toList();
        return new AdapterEffect(
                adapter.name(),
                changes,
                structure.bound(plan, report.holding(without), storage).orElse(null));
    }

    private AdapterEffect.Change change(Recipe.Adapted weight) {
        @Nullable Interval product = norms.get(List.of(weight.a(), weight.b()));
        return new AdapterEffect.Change(
                weight.base().name(),
                weight.factor(),
                norms.get(new Recipe.Plain(weight.base())),
                product == null ? null : product.times(weight.factor()),
                norms.get(weight));
    }
}
