package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TensorRow;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.Suite;
import org.normscope.testing.WrittenCheckpoint;

/** Names, shapes and types of real checkpoints are those that an independent program found. */
class ParsedTruthTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "burn_bfloat16.pt",
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

    @Test
    void aVectorAloneIsReadAndMakesNoWeight() throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path file = Suite.corpusFolder().resolve("checkpoints/burn_bfloat16.pt");
        LocalStorage storage = new LocalStorage();
        Checkpoint checkpoint = Checkpoints.open(storage, file.toString());
        assertThat(checkpoint.format()).isEqualTo("torch-zip");
        StoredTensor vector = checkpoint.tensors().get(0);
        assertThat(vector.name() + " " + vector.type() + vector.shape()).isEqualTo("tensor BF16[3]");
        byte[] stored = new byte[6];
        try (Elements elements = TensorFiles.of(checkpoint, vector).open(storage, vector)) {
            elements.read(0, 3, stored);
        }
        assertThat(WrittenCheckpoint.decoded(DType.BF16, stored)).containsExactly(1.5, -2.5, 3.5);

        AuditReport report = LocalAudit.of(file.toString()).run(LocalAudit.SEEDED);
        assertThat(report.weights()).isEmpty();
        TensorRow row = report.tensors().get(0);
        assertThat(row.status()).isEqualTo(Status.ANALYZED);
        assertThat(row.statistics())
                .isNotNull()
                .satisfies(found -> assertThat(found.frobenius()).isEqualTo(Math.sqrt(20.75)));
    }

    private static List<Long> longs(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asLong)
                .toList();
    }
}
