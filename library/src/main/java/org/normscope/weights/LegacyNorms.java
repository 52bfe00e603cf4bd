package org.normscope.weights;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe.SpectralNorm;
import org.normscope.weights.Recipe.WeightNorm;

/**
 * Finds what {@code torch.nn.utils.weight_norm} and {@code spectral_norm} leave of a parameter: {@code NAME_g} and {@code NAME_v}, or
 * {@code NAME_orig}, {@code NAME_u} and {@code NAME_v}. Look-alikes stay what they are: matrices, and vectors that are buffers.
 */
final class LegacyNorms {
    private LegacyNorms() {}

    static void find(Draft draft) {
        draft.eachUnused(tensor -> {
            if (tensor.name().endsWith("_orig")) {
                spectralNorm(draft, Names.without(tensor.name(), "_orig"), tensor);
            } else if (tensor.name().endsWith("_bar")) {
                lookAlike(draft, Names.without(tensor.name(), "_bar"));
            }
        });
        draft.eachUnused(tensor -> {
            if (tensor.name().endsWith("_g")) {
                weightNorm(draft, Names.without(tensor.name(), "_g"), tensor);
            }
        });
    }

    private static void spectralNorm(Draft draft, String name, StoredTensor original) {
        @Nullable
        SpectralNorm recipe = NormParts.spectralNorm(original, draft.find(name + "_u"), draft.find(name + "_v"));
        if (recipe == null) {
            lookAlike(draft, name);
        } else {
            draft.weight(name, recipe, Role.PARAMETRIZATION);
        }
    }

    /** Vectors of power iterations that aren't torch's own. */
    private static void lookAlike(Draft draft, String name) {
        StoredTensor u = draft.find(name + "_u");
        StoredTensor v = draft.find(name + "_v");
        if (u != null) {
            draft.use(u, Role.BUFFER, null);
            if (v != null && v.shape().rank() == 1) {
                draft.use(v, Role.BUFFER, null);
            }
        }
    }

    private static void weightNorm(Draft draft, String name, StoredTensor g) {
        @Nullable WeightNorm recipe = NormParts.weightNorm(g, draft.find(name + "_v"));
        // The endings are common words; a parameter by another name must have the dimensions of a magnitude, too.
        boolean named = Names.lastWord(name).toLowerCase(Locale.ROOT).contains("weight");
        if (recipe != null
                && (named || recipe.dim() != WeightNorm.WHOLE && recipe.shape().rank() >= 2)) {
            draft.weight(name, recipe, Role.PARAMETRIZATION);
        }
    }
}
