package org.normscope.format.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.normscope.testing.SafetensorsBytes.oneMatrix;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.format.safetensors.SafetensorsFormat;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage.Kind;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.HostileCorpus;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.SafetensorsBytes;

class ShardedDirectoryTest {
    private static final String INDEX = "d/model.safetensors.index.json";
    private static final ShardedDirectory FORMAT = ShardedDirectory.ofSafetensors(new SafetensorsFormat());

    private final MemoryStorage storage = new MemoryStorage();

    @Test
    void readsWhatTheIndexNamesAndNotesTheRest() throws Exception {
        put("b.safetensors", oneMatrix("b"));
        put("a.safetensors", oneMatrix("a"));
        put("stray.safetensors", oneMatrix("a"));
        put("model.fp16.safetensors.index.json", text("{}"));
        index("{\"weight_map\":{\"b\":\"b.safetensors\",\"a\":\"a.safetensors\"}}");
        Checkpoint checkpoint = FORMAT.read(storage, "d");
        assertThat(checkpoint.files())
                .extracting(CheckpointFile::name)
                .containsExactly("a.safetensors", "b.safetensors");
        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("a", "b");
        assertThat(checkpoint.tensors())
                .extracting(tensor -> checkpoint.fileOf(tensor).name())
                .containsExactly("a.safetensors", "b.safetensors");
        assertThat(checkpoint.notes())
                .containsExactly(
                        ".safetensors files that model.safetensors.index.json doesn't name, not read (1): 'stray.safetensors'",
                        "other indexes were not read: 'model.fp16.safetensors.index.json'");
        assertThat(checkpoint.format()).isEqualTo("safetensors-sharded");
    }

    @Test
    void keepsTensorsThatTheIndexMisplacesOrForgets() throws Exception {
        put("one", oneMatrix("a"));
        put("two", oneMatrix("b"));
        put("three", oneMatrix("forgotten"));
        index("{\"weight_map\":{\"a\":\"two\",\"b\":\"three\",\"forgotten\":\"one\"}}");
        assertThat(FORMAT.read(storage, "d").notes())
                .containsExactly("3 tensors lie in another shard than model.safetensors.index.json says: "
                        + "'a', 'forgotten', 'b'");
        index("{\"weight_map\":{\"a\":\"one\",\"b\":\"two\"}}");
        put("two", bytesOf("b", "forgotten"));
        Checkpoint checkpoint = FORMAT.read(storage, "d");
        assertThat(checkpoint.tensors()).extracting(StoredTensor::name).containsExactly("a", "b", "forgotten");
        assertThat(checkpoint.notes()).singleElement().asString().contains("'forgotten'", "read all the same");
    }

    @ParameterizedTest
    @CsvSource({"16, 0", "17, 1", "-1, 1", "1e1, 1", "null, 0", "'\"16\"', 0"})
    void notesATotalSizeThatIsWrong(String total, int notes) throws Exception {
        put("one", oneMatrix("a"));
        index("{\"metadata\":{\"total_size\":" + total
                + ",\"x\":[{}]},\"weight_map\":{\"a\":\"one\"},\"more\":{\"y\":1}}");
        assertThat(FORMAT.read(storage, "d").notes()).hasSize(notes);
    }

    @Test
    void takesTheOnlyIndexWithoutVariant() throws Exception {
        put("x.safetensors", oneMatrix("a"));
        put("diffusion_pytorch_model.fp16.safetensors.index.json", text("{}"));
        put("diffusion_pytorch_model.safetensors.index.json", text("{\"weight_map\":{\"a\":\"x.safetensors\"}}"));
        put("diffusion_pytorch_model.safetensors.index.fp16.json", text("{}"));
        assertThat(FORMAT.read(storage, "d").tensors()).hasSize(1);
    }

    @Test
    void readsShardsInFoldersBelow() throws Exception {
        put("sub/x.safetensors", oneMatrix("a"));
        index("{\"weight_map\":{\"a\":\"sub/x.safetensors\"}}");
        assertThat(FORMAT.read(storage, "d").files().get(0).name()).isEqualTo("sub/x.safetensors");
    }

    @Test
    void readsAllFilesWhereThereIsNoIndex() throws Exception {
        put("b.safetensors", oneMatrix("b"));
        assertThat(FORMAT.read(storage, "d").format()).isEqualTo("safetensors");
        assertThat(FORMAT.read(storage, "d").notes()).isEmpty();
        put("a.safetensors", oneMatrix("a"));
        Checkpoint both = FORMAT.read(storage, "d");
        assertThat(both.tensors()).extracting(StoredTensor::name).containsExactly("a", "b");
        assertThat(both.notes()).containsExactly("no index: all 2 .safetensors files were read");
    }

    @Test
    void namesFilesOfOtherFormatsWhetherThereIsAnIndexOrNot() throws Exception {
        put("a.safetensors", oneMatrix("a"));
        for (String name : List.of("model.pt", "x.gguf", "optimizer.pt", "training_args.bin", "config.txt")) {
            put(name, new byte[1]);
        }
        String note = "files of other formats, not read (2): 'model.pt', 'x.gguf'";
        assertThat(FORMAT.read(storage, "d").notes()).containsExactly(note);
        index("{\"weight_map\":{\"a\":\"a.safetensors\"}}");
        assertThat(FORMAT.read(storage, "d").notes()).containsExactly(note);
    }

    @Test
    void refusesShardsThatAreNoFiles() throws Exception {
        index("{\"weight_map\":{\"a\":\"one\"}}");
        storage.with("d/one", Kind.SPECIAL);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> FORMAT.read(storage, "d"))
                .withMessageContaining("shard 'one' is a device");
    }

    @Test
    void neverLeavesTheDirectoryThroughALink(@TempDir Path home) throws Exception {
        Path inside = Files.createDirectory(home.resolve("checkpoint"));
        Files.write(home.resolve("secret"), oneMatrix("a"));
        Files.createSymbolicLink(inside.resolve("a.safetensors"), Path.of("../secret"));
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> FORMAT.read(new LocalStorage(), inside.toString()))
                .withMessageContaining("leads out of the checkpoint");
        Files.createSymbolicLink(inside.resolve("model.safetensors.index.json"), Path.of("../secret"));
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> FORMAT.read(new LocalStorage(), inside.toString()))
                .withMessageContaining("index is not a regular file of this checkpoint");
    }

    @Test
    void neverOpensAPipeNamedLikeAShard(@TempDir Path home) throws Exception {
        HostileCorpus.makeFifo(home.resolve("a.safetensors"));
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> FORMAT.read(new LocalStorage(), home.toString()))
                .withMessageContaining("pipe");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"architectures\":[\"A\",\"B\"],\"model_type\":\"m\"} | A | 0",
                "{\"model_type\":\"m\",\"architectures\":null} | m | 0",
                "{\"architectures\":\"A\"} | A | 0",
                "{\"_class_name\":\"UNet\",\"deep\":{\"model_type\":\"x\"}} | UNet | 0",
                "{\"architectures\":[1,\"A\"],\"model_type\":[\"m\"]} | m | 0",
                "{} | '' | 0",
                "[] | '' | 1",
                "{\"a\":1,\"a\":2} | '' | 1",
                "x | '' | 1",
            })
    void namesTheArchitectureWhereTheConfigurationCanBeRead(String config, String architecture, int notes)
            throws Exception {
        put("a.safetensors", oneMatrix("a"));
        put("config.json", text(config));
        Checkpoint checkpoint = FORMAT.read(storage, "d");
        assertThat(checkpoint.architecture().orElse("")).isEqualTo(architecture);
        assertThat(checkpoint.notes()).hasSize(notes);
    }

    @Test
    void doesNotReadAHugeConfiguration() throws Exception {
        put("a.safetensors", oneMatrix("a"));
        put("config.json", new byte[(1 << 20) + 1]);
        assertThat(FORMAT.read(storage, "d").notes()).singleElement().asString().contains("config.json was not read");
    }

    private void index(String json) {
        storage.with(INDEX, text(json));
    }

    private void put(String name, byte[] content) {
        storage.with("d/" + name, content);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytesOf(String... names) {
        StringBuilder header = new StringBuilder("{");
        for (String name : List.of(names)) {
            header.append(header.length() > 1 ? "," : "").append(SafetensorsBytes.entry(name, "U8", "[0]", 0, 0));
        }
        return SafetensorsBytes.of(header.append("}").toString(), 0);
    }
}
