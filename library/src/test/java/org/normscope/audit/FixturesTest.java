package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;

class FixturesTest {
    private static final LocalStorage STORAGE = new LocalStorage();

    @TestFactory
    Stream<DynamicTest> everyMalformedFixtureIsRejectedInOneLineThatSaysWhy() throws IOException, URISyntaxException {
        Path malformed = fixture("malformed");
        return Files.readAllLines(malformed.resolve("expected.tsv")).stream()
                .map(line -> line.split("\t"))
                .map(line -> DynamicTest.dynamicTest(line[0], () -> rejects(malformed.resolve(line[0]), line[1])));
    }

    private static void rejects(Path input, String words) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Checkpoints.open(STORAGE, input.toString()))
                .withMessageContaining(words)
                .withMessageContaining(input.toString())
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void everyMalformedFixtureIsListed() throws IOException, URISyntaxException {
        Path malformed = fixture("malformed");
        List<String> listed = Files.readAllLines(malformed.resolve("expected.tsv")).stream()
                .map(line -> line.split("\t")[0])
                .sorted()
                .toList();
        assertThat(STORAGE.list(malformed.toString()).stream().filter(name -> !name.equals("expected.tsv")))
                .containsExactlyElementsOf(listed);
    }

    @Test
    void listsEveryDtypeInDataOrder() throws Exception {
        Checkpoint checkpoint =
                Checkpoints.open(STORAGE, fixture("dtypes.safetensors").toString());
        assertThat(checkpoint.tensors().stream().limit(22).map(StoredTensor::dtype))
                .containsExactlyElementsOf(EnumSet.complementOf(EnumSet.of(DType.OPAQUE)));
        assertThat(checkpoint.tensors()).isSortedAccordingTo((a, b) -> Long.compare(a.offset(), b.offset()));
        assertThat(checkpoint.format()).isEqualTo("safetensors");
        assertThat(checkpoint.notes()).isEmpty();
    }

    @Test
    void readsAnIndexedDirectory() throws Exception {
        Checkpoint checkpoint = Checkpoints.open(STORAGE, fixture("sharded").toString());
        assertThat(checkpoint.format()).isEqualTo("safetensors-sharded");
        assertThat(checkpoint.files())
                .extracting(CheckpointFile::name)
                .containsExactly("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
        assertThat(checkpoint.tensors())
                .extracting(StoredTensor::name)
                .containsExactly("model.layers.0.weight", "model.layers.0.bias", "lm_head.weight");
        assertThat(checkpoint.tensors()).extracting(StoredTensor::file).containsExactly(0, 0, 1);
        assertThat(checkpoint.architecture()).contains("FixtureForCausalLM");
        assertThat(checkpoint.notes()).isEmpty();
    }

    @Test
    void readsOneShardByItselfWithTheConfigurationBesideIt() throws Exception {
        Path shard = fixture("sharded").resolve("model-00002-of-00002.safetensors");
        Checkpoint checkpoint = Checkpoints.open(STORAGE, shard.toString());
        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("lm_head.weight");
        assertThat(checkpoint.architecture()).contains("FixtureForCausalLM");
    }

    private static Path fixture(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(FixturesTest.class.getResource("/fixtures/" + name))
                .toURI());
    }
}
