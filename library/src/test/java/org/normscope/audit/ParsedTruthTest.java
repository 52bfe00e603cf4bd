package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.Suite;

/** Names, shapes and types of real checkpoints are those that an independent program found. */
class ParsedTruthTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "g2p_checkpoint20.npz",
                "ggml-vocab-bert-bge.gguf",
                "silero_f16.gguf",
                "basic_pitch_nmp.onnx",
                "tribuo_tinybert.onnx"
            })
    void findsEveryTensorOfTheTruth(String name) throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path checkpoints = Suite.corpusFolder().resolve("checkpoints");
        JsonNode truth = new ObjectMapper()
                .readTree(checkpoints.resolve("truth/" + name + ".json").toFile());
        List<StoredTensor> tensors = Checkpoints.open(
                        new LocalStorage(), checkpoints.resolve(name).toString())
                .tensors();
        assertThat(tensors).hasSize(truth.path("tensor_count").asInt());
        Map<String, String> found = tensors.stream()
                .collect(Collectors.toMap(StoredTensor::name, tensor -> tensor.type() + tensor.shape()));
        truth.path("tensors").properties().forEach(expected -> {
            Shape shape = new Shape(longs(expected.getValue().path("shape")));
            assertThat(found)
                    .containsEntry(
                            expected.getKey(), expected.getValue().path("dtype").asText() + shape);
        });
    }

    private static List<Long> longs(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asLong)
                .toList();
    }
}
