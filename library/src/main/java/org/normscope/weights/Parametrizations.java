package org.normscope.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.StoredTensor;

/**
 * Finds what {@code torch.nn.utils.parametrize} leaves of a parameter: {@code parametrizations.NAME.original} or {@code .original0,
 * .original1, ...}, and the tensors of each parametrization by its number. Those of weight norm and spectral norm are known by their
 * names and shapes; what any other does to its originals no file says.
 */
final class Parametrizations {
    private static final String MARK = "parametrizations.";
    private static final Pattern SPECTRAL = Pattern.compile("(\\d+)\\._u");
    private static final Pattern ORIGINAL = Pattern.compile("original\\d*");

    private Parametrizations() {}

    static void find(Draft draft) {
        Map<String, Map<String, StoredTensor>> parameters = new LinkedHashMap<>();
        draft.eachUnused(tensor -> {
            int mark = tensor.name().lastIndexOf(MARK);
            int dot = mark < 0 ? -1 : tensor.name().indexOf('.', mark + MARK.length());
            if (dot > 0 && Names.isBoundary(tensor.name(), mark)) {
                String name = tensor.name().substring(0, mark) + tensor.name().substring(mark + MARK.length(), dot);
                parameters
                        .computeIfAbsent(name, key -> new LinkedHashMap<>())
                        .put(tensor.name().substring(dot + 1), tensor);
            }
        });
        parameters.forEach((name, parts) -> parameter(draft, name, parts));
    }

    private static void parameter(Draft draft, String name, Map<String, StoredTensor> parts) {
        Recipe recipe = weightNorm(parts);
        if (recipe == null) {
            recipe = spectralNorm(parts);
        }
        if (recipe == null) {
            recipe = unknown(parts);
        }
        if (recipe != null) {
            draft.weight(name, recipe, Role.PARAMETRIZATION);
        }
    }

    private static @Nullable Recipe weightNorm(Map<String, StoredTensor> parts) {
        return parts.keySet().equals(Set.of("original0", "original1"))
                ? NormParts.weightNorm(parts.get("original0"), parts.get("original1"))
                : null;
    }

    private static @Nullable Recipe spectralNorm(Map<String, StoredTensor> parts) {
        for (String part : parts.keySet()) {
            Matcher number = SPECTRAL.matcher(part);
            if (number.matches() && parts.size() == 3) {
                return NormParts.spectralNorm(
                        parts.get("original"), parts.get(part), parts.get(number.group(1) + "._v"));
            }
        }
        return null;
    }

    /** A function that nobody names, of the largest original and all others; null where there is no original. */
    private static @Nullable Recipe unknown(Map<String, StoredTensor> parts) {
        List<StoredTensor> originals = parts.entrySet().stream()
                .filter(part -> ORIGINAL.matcher(part.getKey()).matches())
                .map(Map.Entry::getValue)
                .toList();
        if (originals.isEmpty()) {
            return null;
        }
        StoredTensor largest = originals.stream()
                .max(Comparator.comparingLong(
                        (StoredTensor original) -> original.shape().elements()))
                .orElseThrow();
        List<StoredTensor> others = new ArrayList<>(parts.values());
        others.remove(largest);
        return new Recipe.Parametrized(largest, others);
    }
}
