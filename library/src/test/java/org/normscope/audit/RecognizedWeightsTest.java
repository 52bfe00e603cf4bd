package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.Suite;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Recipe;
import org.normscope.weights.WeightMap;

/** The weights that are recognized in real checkpoints, against those that the truth files tell of: all of these, and no others. */
class RecognizedWeightsTest {
    static Stream<Path> truths() throws IOException {
        if (Suite.CORPUS.missing().isPresent()) {
            return Stream.of(Path.of("none"));
        }
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("checkpoints", "modern")) {
            try (Stream<Path> files = Files.list(Suite.corpusFolder().resolve(folder + "/truth"))) {
                files.forEach(found::add);
            }
        }
        return found.stream().sorted(Comparator.comparing(Path::toString));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("truths")
    void everyWeightOfTheTruthIsRecognizedAndNothingElse(Path file) throws IOException {
        Suite.CORPUS.requireOrSkip();
        JsonNode truth = new ObjectMapper().readTree(file.toFile());
        String name = file.getFileName().toString().replaceFirst("\\.json$", "");
        Path home = file.resolveSibling("../" + name).normalize();
        WeightMap map = WeightMap.of(checkpoint(home, truth));
        TreeSet<String> expected = new TreeSet<>();
        truth.path("tensors").properties().forEach(tensor -> plain(tensor).ifPresent(expected::add));
        truth.path("effective").properties().forEach(weight -> expected.add(effective(weight)));
        truth.path("lora_products")
                .properties()
                .forEach(product -> expected.add(
                        product.getKey() + " lora " + shape(product.getValue().path("shape"))));
        TreeSet<String> actual = new TreeSet<>();
        map.weights().forEach(weight -> actual.add(described(weight)));
        assertThat(actual).isEqualTo(expected);
        assertThat(map.weights()).hasSize(expected.size());
        truth.path("tensors").properties().forEach(tensor -> {
            if (tensor.getValue().has("alias_of")) {
                assertThat(alias(map, checkpoint(home, truth), tensor.getKey()))
                        .hasValue(tensor.getValue().path("alias_of").asText());
            }
        });
    }

    private static Optional<String> alias(WeightMap map, Checkpoint checkpoint, String name) {
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            if (checkpoint.tensors().get(i).name().equals(name)) {
                return Optional.ofNullable(map.aliasOf(i));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> plain(Map.Entry<String, JsonNode> tensor) {
        JsonNode found = tensor.getValue();
        boolean matrix = found.path("shape").size() >= 2
                && !found.path("dtype").asText().startsWith("I")
                && found.path("role").asText("model").equals("model")
                && !found.has("alias_of");
        return matrix ? Optional.of(tensor.getKey() + " plain " + shape(found.path("shape"))) : Optional.empty();
    }

    private static String effective(Map.Entry<String, JsonNode> weight) {
        JsonNode found = weight.getValue();
        String how = found.path("how").asText();
        String parts = switch (how) {
            case "weight_norm" ->
                found.path("g").asText() + " " + found.path("v").asText()
                        + (found.has("dim") ? " along " + found.path("dim").asText() : "");
            case "spectral_norm" ->
                found.path("original").asText() + " rows "
                        + (found.path("dim_ambiguous_by_shape").asBoolean() ? "either" : found.path("dim"));
            default -> found.path("codes").asText() + " " + found.path("scale").asText();
        };
        return weight.getKey() + " " + how + " " + shape(found.path("shape")) + " " + parts;
    }

    private static String described(EffectiveWeight weight) {
        Recipe recipe = weight.recipe();
        String parts = "";
        if (recipe instanceof Recipe.WeightNorm norm) {
            parts = " " + norm.g().name() + " " + norm.v().name();
            boolean legacy = norm.g().name().endsWith("_g");
            parts += legacy ? " along " + (norm.dim() == Recipe.WeightNorm.WHOLE ? "null" : norm.dim()) : "";
        } else if (recipe instanceof Recipe.SpectralNorm norm) {
            boolean either = norm.orientation() == Recipe.SpectralNorm.Orientation.EITHER;
            parts = " " + norm.original().name() + " rows " + (either ? "either" : weight.dim());
        } else if (recipe instanceof Recipe.BlockScaled scaled) {
            parts = " " + scaled.codes().name() + " " + scaled.scale().name();
        }
        return weight.name() + " " + weight.how().word() + " " + weight.shape().dims() + parts;
    }

    private static List<Long> shape(JsonNode dims) {
        List<Long> shape = new ArrayList<>();
        dims.forEach(dim -> shape.add(dim.asLong()));
        return shape;
    }

    /** The checkpoint itself, or what the truth tells of it where nothing here reads its format. */
    private static Checkpoint checkpoint(Path home, JsonNode truth) {
        try {
            return Checkpoints.open(new LocalStorage(), home.toString());
        } catch (BadCheckpointException | IOException e) {
            assertThat(truth.path("effective")).as("%s: %s", home, e).isEmpty();
            return told(truth);
        }
    }

    private static Checkpoint told(JsonNode truth) {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> tensor : truth.path("tensors").properties()) {
            long[] dims = shape(tensor.getValue().path("shape")).stream()
                    .flatMapToLong(LongStream::of)
                    .toArray();
            DType dtype = DType.byName(tensor.getValue().path("dtype").asText()).orElse(DType.F32);
            tensors.add(
                    StoredTensor.contiguous(tensor.getKey(), dtype, Shape.of(dims), 0, tensors.size() * 1_000_000L));
        }
        CheckpointFile file = new CheckpointFile("model", "/model", 1L << 40, "0".repeat(64));
        return new Checkpoint("/model", "told", List.of(file), tensors, List.of(), Optional.empty());
    }
}
