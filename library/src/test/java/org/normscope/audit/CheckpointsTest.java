package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.HostileCorpus;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.SafetensorsBytes;

class CheckpointsTest {
    private static final String ENTRY = SafetensorsBytes.entry("w", "F32", "[2,2]", 0, 16);

    @Test
    void saysThatNothingIsThere() {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Checkpoints.open(new MemoryStorage(), "absent"))
                .withMessage("absent: no such file or directory");
    }

    @Test
    void looksIntoTheFilesOfADirectoryItCannotRead() {
        byte[] pointer = "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8);
        MemoryStorage storage = new MemoryStorage().with("d/pytorch_model.bin", pointer);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Checkpoints.open(storage, "d"))
                .withMessageStartingWith("d/pytorch_model.bin: is a Git LFS pointer");
    }

    @Test
    void namesAFileOfADirectoryThatHasSingleOnes() {
        MemoryStorage storage = new MemoryStorage().with("d/model-Q4_0.gguf", new byte[4]);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Checkpoints.open(storage, "d"))
                .withMessageContaining("such as 'model-Q4_0.gguf'; give the one that has the weights");
    }

    @Test
    void neverOpensAPipe(@TempDir Path home) throws Exception {
        Path pipe = home.resolve("model.safetensors");
        HostileCorpus.makeFifo(pipe);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Checkpoints.open(new LocalStorage(), pipe.toString()))
                .withMessageContaining("pipe");
    }

    @Test
    void takesNoSafetensorsHeaderForAnArchiveOfTheSameFirstBytes() throws Exception {
        for (int length : new int[] {0x088b1f, 0x0280, 0x0380, 0x0480, 0x0580}) {
            String header = "{" + ENTRY + "}";
            byte[] file = SafetensorsBytes.of(header + " ".repeat(length - header.length()), 16);
            MemoryStorage storage = new MemoryStorage().with("d/blob", file);
            assertThat(Checkpoints.open(storage, "d/blob").tensors()).hasSize(1);
        }
    }

    @Test
    void pointsFromAnIndexToItsDirectory() {
        MemoryStorage storage = new MemoryStorage().with("d/model.safetensors.index.json", new byte[] {'{', '}'});
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Checkpoints.open(storage, "d/model.safetensors.index.json"))
                .withMessageContaining("give the directory");
    }

    @Test
    void notesAConfigurationThatIsALinkOutOfTheFolder(@TempDir Path home) throws Exception {
        Path folder = Files.createDirectory(home.resolve("checkpoint"));
        Files.writeString(home.resolve("secret"), "{\"model_type\":\"secret\"}");
        Files.createSymbolicLink(folder.resolve("config.json"), Path.of("../secret"));
        Path file = Files.write(folder.resolve("model.safetensors"), SafetensorsBytes.oneMatrix("w"));
        assertThat(Checkpoints.open(new LocalStorage(), file.toString())).satisfies(checkpoint -> {
            assertThat(checkpoint.architecture()).isEmpty();
            assertThat(checkpoint.notes()).hasSize(1);
        });
    }

    @Test
    void opensTheSameCheckpointByPathAndByUri(@TempDir Path home) throws Exception {
        Path folder = Files.createDirectory(home.resolve("100%25 #1 модель"));
        Path file = Files.write(folder.resolve("a b.safetensors"), SafetensorsBytes.oneMatrix("w"));
        LocalStorage storage = new LocalStorage();
        assertThat(Checkpoints.open(storage, file.toString()).tensors())
                .isEqualTo(Checkpoints.open(storage, file.toUri().toString()).tensors())
                .isEqualTo(Checkpoints.open(storage, folder.toUri().toString()).tensors())
                .isEqualTo(Checkpoints.open(storage, folder + "/").tensors());
        assertThat(Checkpoints.open(storage, folder.toUri().toString())
                        .files()
                        .get(0)
                        .name())
                .isEqualTo("a b.safetensors");
    }
}
