package org.normscope.weights;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe.Lora;

/**
 * Finds pairs of low-rank factors by the names that PEFT, kohya's scripts, diffusers and cloneofsimo's LoRA give them. The factors
 * stay weights of their own.
 */
final class LowRankFactors {
    /** Words for the factor A, and for B in its place. */
    private static final Map<String, String> WORDS = Map.of(
            "lora_A", "lora_B",
            "lora_embedding_A", "lora_embedding_B",
            "lora_down", "lora_up",
            "lora.down", "lora.up",
            "down", "up");

    private static final Pattern FACTOR = Pattern.compile(
            "(?<stem>.+)(?:[._](?<word>lora_A|lora_embedding_A|lora_down|lora\\.down)(?<rest>(\\.[^.]+)?(\\.weight)?)|:(?<last>down))");
    private static final String DEFAULT = "default";

    private LowRankFactors() {}

    static void find(Draft draft) {
        draft.eachUnused(tensor -> {
            Matcher factor = FACTOR.matcher(tensor.name());
            if (Names.isOrdinary(tensor.name()) && factor.matches()) {
                pair(draft, tensor, factor);
            }
        });
    }

    private static void pair(Draft draft, StoredTensor a, Matcher factor) {
        String stem = String.valueOf(factor.group("stem"));
        String rest = factor.group("rest") == null ? "" : factor.group("rest");
        String word = factor.group("last") == null ? factor.group("word") : factor.group("last");
        String before = stem + a.name().charAt(stem.length());
        StoredTensor b = draft.find(before + WORDS.get(word) + rest);
        if (b != null && haveProduct(a, b)) {
            String adapter = adapter(rest);
            String name = adapter.equals(DEFAULT) ? stem : stem + "." + adapter;
            Lora recipe = new Lora(a, b, magnitude(draft, stem, adapter));
            draft.use(a, Role.of(a), name);
            draft.use(b, Role.of(b), name);
            draft.weight(name, recipe, Role.PARAMETRIZATION);
        }
    }

    /** The adapter's name in the rest of a factor's name; PEFT's default where there is none. */
    private static String adapter(String rest) {
        String middle = rest.endsWith(".weight") ? Names.without(rest, ".weight") : rest;
        return middle.isEmpty() ? DEFAULT : middle.substring(1);
    }

    private static boolean haveProduct(StoredTensor a, StoredTensor b) {
        List<Long> dims = b.shape().dims();
        return a.dtype().kind() != DType.Kind.INTEGER
                && b.dtype().kind() != DType.Kind.INTEGER
                && a.shape().rank() >= 2
                && a.shape().elements() > 0
                && b.shape().elements() > 0
                && dims.size() >= 2
                && dims.get(1) == a.shape().rows()
                && dims.stream().skip(2).allMatch(dim -> dim == 1);
    }

    private static @Nullable StoredTensor magnitude(Draft draft, String stem, String adapter) {
        return Stream.of(
                        ".lora_magnitude_vector." + adapter + ".weight",
                        ".lora_magnitude_vector." + adapter,
                        ".lora_magnitude_vector.weight",
                        ".lora_magnitude_vector",
                        ".dora_scale")
                .map(ending -> draft.find(stem + ending))
                .filter(found -> found != null)
                .findFirst()
                .orElse(null);
    }
}
