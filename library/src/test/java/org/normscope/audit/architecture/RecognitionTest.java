package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.storage.BytesReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;

/** What the tensors of a checkpoint alone lead to. */
class RecognitionTest {
    private static final String FILE = "made/model.pth";

    private static Map<String, Shape> shapes() throws Exception {
        return new LinkedHashMap<>(KeyList.of("resnet18").shapes());
    }

    private static MemoryStorage storage() {
        return new MemoryStorage().with(FILE, new byte[1]);
    }

    private static Structure structure(Map<String, Shape> shapes) {
        return new Architectures(storage(), null).structure(new KeyList("", shapes).checkpoint(FILE));
    }

    private static List<Recognition> rules(String json) throws Exception {
        return Recognition.read("recognize.json", new BytesReader(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shapesDecideToo() throws Exception {
        assertThat(structure(shapes())).isInstanceOf(Structure.Found.class);
        Map<String, Shape> small = shapes();
        small.put("conv1.weight", Shape.of(64, 3, 3, 3));
        assertThat(structure(small)).isInstanceOf(Structure.Unknown.class);
        Map<String, Shape> flat = shapes();
        flat.put("fc.weight", Shape.of(512000));
        assertThat(structure(flat)).isInstanceOf(Structure.Unknown.class);
    }

    @Test
    void aTensorThatTheTemplateDoesNotKnowLeavesNoBound() throws Exception {
        Map<String, Shape> more = shapes();
        more.put("layer1.0.se.fc1.weight", Shape.of(4, 64, 1, 1));
        assertThat(structure(more))
                .isInstanceOfSatisfying(
                        Structure.Failed.class,
                        failed -> assertThat(failed.reason())
                                .contains("torchvision-resnet.json")
                                .contains("'layer1.0.se.fc1.weight'")
                                .contains("--network"));
    }

    @Test
    void namesMayHaveAPrefixAndOtherTensorsBesideThem() throws Exception {
        Map<String, Shape> trained = new LinkedHashMap<>();
        trained.put("optimizer.conv1.weight", Shape.of(64, 3, 7, 7));
        shapes().forEach((name, shape) -> trained.put("model.module." + name, shape));
        assertThat(structure(trained))
                .isInstanceOfSatisfying(
                        Structure.Found.class,
                        found -> assertThat(found.blockNames()).contains("model.module.layer4.1"));
        Map<String, Shape> glued = new LinkedHashMap<>();
        shapes().forEach((name, shape) -> glued.put("my" + name, shape));
        assertThat(structure(glued)).isInstanceOf(Structure.Unknown.class);
    }

    @Test
    void aModelTypeGoesBefore() throws Exception {
        MemoryStorage storage =
                storage().with("made/config.json", "{\"model_type\": \"other\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(new Architectures(storage, null).structure(new KeyList("", shapes()).checkpoint(FILE)))
                .isInstanceOfSatisfying(
                        Structure.Failed.class,
                        failed -> assertThat(failed.reason()).contains("model_type 'other'"));
    }

    @Test
    void ownRulesReplaceTheShippedOnes(@TempDir Path folder) throws Exception {
        Architectures own = new Architectures(storage(), folder);
        Path rules = folder.resolve("recognize.json");
        Files.writeString(rules, "{\"templates\": []}");
        assertThat(own.structure(new KeyList("", shapes()).checkpoint(FILE))).isInstanceOf(Structure.Unknown.class);
        Files.writeString(rules, "{\"templates\": [{\"template\": \"mine\", \"tensors\": {\"fc.bias\": [1000]}}]}");
        assertThat(own.structure(new KeyList("", shapes()).checkpoint(FILE)))
                .isInstanceOfSatisfying(
                        Structure.Failed.class,
                        failed -> assertThat(failed.reason())
                                .isEqualTo("conf/architectures/recognize.json: there is no template 'mine'"));
        Files.writeString(folder.resolve("mine.json"), "{\"layers\": [{\"linear\": \"${prefix}fc.weight\"}]}");
        assertThat(own.structure(new KeyList("", Map.of("a.fc.bias", Shape.of(1000), "a.fc.weight", Shape.of(1000, 5)))
                        .checkpoint(FILE)))
                .isInstanceOf(Structure.Failed.class);
        Files.writeString(
                folder.resolve("mine.json"),
                "{\"layers\": [{\"linear\": \"${prefix}fc.weight\", \"bias\": \"${prefix}fc.bias\"}]}");
        assertThat(own.structure(new KeyList("", Map.of("a.fc.bias", Shape.of(1000), "a.fc.weight", Shape.of(1000, 5)))
                        .checkpoint(FILE)))
                .isInstanceOf(Structure.Found.class);
    }

    @Test
    void theFirstPrefixCounts() throws Exception {
        Recognition rule = rules(
                        "{\"templates\": [{\"template\": \"t\", \"tensors\": {\"w\": [\"any\"], \"b\": [3]}}]}")
                .get(0);
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("x.w", List.of(2L));
        shapes.put("y.w", List.of(2L));
        shapes.put("y.b", List.of(3L));
        shapes.put("w", List.of(2L));
        shapes.put("b", List.of(3L));
        assertThat(rule.prefix(shapes)).contains("y.");
        shapes.remove("y.b");
        assertThat(rule.prefix(shapes)).contains("");
        shapes.put("b", List.of(4L));
        assertThat(rule.prefix(shapes)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | recognize.json: needs templates, a list",
                "{\"templates\": [1]} | recognize.json, rule 0: needs template, a name, and tensors",
                "{\"templates\": [{\"template\": \"t\", \"tensors\": {}}]} | rule 0: needs template",
                "{\"templates\": [{\"template\": \"t\", \"tensors\": {\"w\": 1}}]} | rule 0: w needs its dims, a list",
                "{\"templates\": [{\"template\": \"t\", \"tensors\": {\"w\": [0.5]}}]} | w has a dim that is neither",
                "{\"templates\": [{\"template\": \"t\", \"tensors\": {\"w\": [\"some\"]}}]} | w has a dim that is neither"
            })
    void saysWhatIsWrongWithARule(String json, String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> rules(json))
                .withMessageContaining(message);
    }
}
