package org.normscope.audit.plan;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditPlan.Skipped;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.How;
import org.normscope.weights.Recipe;
import org.normscope.weights.Role;
import org.normscope.weights.WeightMap;

/** Why tensors and weights are left out, in the words of the report. */
final class SkipReasons {
    private static final String NOT_SELECTED = "not selected by --include and --exclude";

    /** Of a low-rank product, whose factors are held in memory as doubles. */
    private static final long MOST_FACTOR_ENTRIES = 1L << 27;

    private final Checkpoint checkpoint;
    private final WeightMap map;
    private final Selection selection;
    /** Tensors of which one of their names is selected: by the first of those that are tied. */
    private final Set<Integer> selected = new HashSet<>();

    private SkipReasons(Checkpoint checkpoint, WeightMap map, Selection selection) {
        this.checkpoint = checkpoint;
        this.map = map;
        this.selection = selection;
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            if (isNamed(i)) {
                selected.add(map.first(i));
            }
        }
    }

    /** What is left out of an audit of the selected tensors. */
    static Skipped of(Checkpoint checkpoint, WeightMap map, Selection selection) {
        SkipReasons reasons = new SkipReasons(checkpoint, map, selection);
        Map<Integer, String> tensors = new HashMap<>();
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            String reason = reasons.ofTensor(i);
            if (reason != null) {
                tensors.put(i, reason);
            }
        }
        Map<Integer, String> weights = new HashMap<>();
        for (int i = 0; i < map.weights().size(); i++) {
            EffectiveWeight weight = map.weights().get(i);
            String reason = weight.isStored() ? tensors.get(map.source(weight)) : reasons.ofMade(weight);
            if (reason != null) {
                weights.put(i, reason);
            }
        }
        return new Skipped(tensors, weights);
    }

    /** A tensor goes by its own name; one that is nothing but a part, by the weight's name, too. */
    private boolean isNamed(int index) {
        Role role = map.roleOf(index);
        String weight = map.usedBy(index);
        if (selection.matches(checkpoint.tensors().get(index).name())) {
            return true;
        }
        boolean part = role == Role.PARAMETRIZATION || role == Role.QUANTIZED;
        return part && weight != null && selection.matches(weight);
    }

    /** Why a tensor isn't read; null if it is. */
    private @Nullable String ofTensor(int index) {
        StoredTensor tensor = checkpoint.tensors().get(index);
        if (!selected.contains(map.first(index))) {
            return NOT_SELECTED;
        }
        if (map.quantized(index) != null) {
            return "quantized: " + map.quantized(index);
        }
        if (tensor.dtype().kind() == DType.Kind.INTEGER) {
            return map.roleOf(index) == Role.QUANTIZED
                    ? tensor.type() + ": codes of a weight, no numbers by themselves"
                    : tensor.type() + ": integers and booleans are not weights";
        }
        if (tensor.dtype().kind() == DType.Kind.OPAQUE_FLOAT) {
            return tensor.type() + " is not decoded";
        }
        return null;
    }

    /** Why a weight that isn't stored as it is won't be computed. */
    private @Nullable String ofMade(EffectiveWeight weight) {
        if (!selection.matches(weight.name()) && !selected.contains(map.first(map.source(weight)))) {
            return NOT_SELECTED;
        }
        Recipe recipe = weight.recipe();
        if (recipe.how() == How.PARAMETRIZED) {
            return "a parametrization that the checkpoint doesn't name: the weight can't be computed from what is stored";
        }
        if (recipe.factorEntries() > MOST_FACTOR_ENTRIES) {
            return "its factors have " + recipe.factorEntries() + " entries, more than " + MOST_FACTOR_ENTRIES;
        }
        for (StoredTensor part : recipe.parts()) {
            if (part.layout() instanceof Layout.Opaque) {
                return part.type() + " of " + part.name() + " is not decoded";
            }
            if (recipe.code() != null
                    && !part.layout().equals(Layout.contiguous(part.file(), part.offset(), part.shape()))) {
                return "the codes in " + part.name() + " are not contiguous";
            }
        }
        return null;
    }
}
