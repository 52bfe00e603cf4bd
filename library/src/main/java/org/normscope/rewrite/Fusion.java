package org.normscope.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Selection;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.RewriteDraft.Step;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;
import org.normscope.weights.WeightMap;

/**
 * A checkpoint with plain weights in the place of weight norms and spectral norms, in either layout of keys: {@code v (g / ||v||)} and
 * {@code W / (u . (W v))} of the stored numbers, in double and rounded once to the type of v or of the original. Where torch would
 * make NaN of a slice of zeros it stays zeros. A fused weight stands where the first of its parts stood; its parts are gone.
 */
public final class Fusion {
    private Fusion() {}

    /**
     * Plans it from names, types and shapes; nothing is read. Weights made by other functions stay, and so do those that lie beside a
     * plain weight of their name: which of the two a model applies no file says.
     *
     * @param selection which weights it may fuse, by their own names
     * @throws BadCheckpointException if a tensor can't be copied
     */
    public static Rewrite of(Checkpoint checkpoint, Selection selection) throws BadCheckpointException {
        return new Planning(checkpoint, selection).plan();
    }

    private static final class Planning {
        private final RewriteDraft draft;
        private final Map<String, List<EffectiveWeight>> weights = new LinkedHashMap<>();

        Planning(Checkpoint checkpoint, Selection selection) {
            this.draft = new RewriteDraft(checkpoint);
            for (EffectiveWeight weight : WeightMap.of(checkpoint).made()) {
                if (selection.matches(weight.name())) {
                    weights.computeIfAbsent(weight.name(), name -> new ArrayList<>())
                            .add(weight);
                }
            }
            OldSpectralNorms.left(checkpoint, selection).forEach(old -> draft.leave(old.weight(), old.reason()));
        }

        Rewrite plan() throws BadCheckpointException {
            weights.forEach((name, recipes) -> {
                String obstacle = obstacle(name, recipes);
                if (obstacle == null) {
                    fuse(recipes.get(0));
                } else {
                    draft.leave(name, obstacle);
                }
            });
            return draft.rewrite();
        }

        /** Why a weight stays; null if it doesn't. */
        private @Nullable String obstacle(String name, List<EffectiveWeight> recipes) {
            Recipe recipe = recipes.get(0).recipe();
            if (recipe instanceof Recipe.Parametrized) {
                return "is parametrized by more than one function, or by one that the file doesn't name; fuse it in torch";
            }
            if (!(recipe instanceof Recipe.WeightNorm) && !(recipe instanceof Recipe.SpectralNorm)) {
                return "is stored as " + recipe.how().word() + ", which is no weight norm and no spectral norm";
            }
            if (recipes.size() > 1) {
                return "is stored more than once, under different keys; remove all but one";
            }
            if (draft.has(name)) {
                return "lies beside a plain weight of the same name; remove one of the two";
            }
            for (StoredTensor part : recipe.parts()) {
                if (part.layout() instanceof Layout.Opaque || part.dtype().kind() != DType.Kind.FLOAT) {
                    return "has a part, " + part.name() + ", of type " + part.type() + ", which is not decoded";
                }
            }
            return null;
        }

        private void fuse(EffectiveWeight weight) {
            DType dtype = weight.source().dtype();
            MadeContent content = new MadeContent(AuditTask.of(draft.checkpoint(), 0, weight), dtype);
            draft.replace(
                    weight.recipe().parts(),
                    List.of(new NewTensor(weight.name(), dtype, weight.shape(), content)),
                    new Step(weight.name(), "fused", new Promise.Same()));
        }
    }
}
