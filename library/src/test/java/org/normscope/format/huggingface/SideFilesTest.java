package org.normscope.format.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.format.huggingface.SideFiles.SideFile;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class SideFilesTest {
    private static final LocalStorage DISK = new LocalStorage();

    @TempDir
    private Path folder;

    private SideFiles found(Path checkpoint) throws Exception {
        return SideFiles.of(DISK, Checkpoints.open(DISK, checkpoint.toString()));
    }

    private void write(String... names) throws Exception {
        Files.write(
                folder.resolve("model.safetensors"),
                new WrittenCheckpoint().with("a", DType.F32, Shape.of(1), 1).bytes());
        for (String name : names) {
            Files.writeString(folder.resolve(name), "{}");
        }
    }

    @Test
    void whatMakesAModelOfTheWeightsBelongsToItAndNothingElse() throws Exception {
        List<String> model = List.of(
                "LICENSE",
                "README.md",
                "chat_template.jinja",
                "config.json",
                "generation_config.json",
                "merges.txt",
                "modeling_my.py",
                "spiece.model",
                "tokenizer.json");
        List<String> others = List.of(
                "optimizer.pt",
                "photo.png",
                "pytorch_model.bin",
                "train.log",
                "trainer_state.json",
                "training_args.bin");
        write(model.toArray(String[]::new));
        write(others.toArray(String[]::new));
        write(".gitattributes", ".config.json", "pytorch_model.bin.index.json");
        Files.createDirectories(folder.resolve("onnx.json"));
        SideFiles found = found(folder);
        assertThat(found.model()).extracting(SideFile::name).containsExactlyElementsOf(model);
        assertThat(found.model()).allSatisfy(file -> assertThat(file.bytes()).isEqualTo(2));
        assertThat(found.others()).containsExactlyElementsOf(others);
    }

    @Test
    void aFileAloneHasNothingBesideIt() throws Exception {
        write("config.json");
        assertThat(found(folder.resolve("model.safetensors"))).isEqualTo(SideFiles.NONE);
    }

    @Test
    void aLinkOutOfTheCheckpointIsNotFollowed() throws Exception {
        Path model = Files.createDirectories(folder.resolve("model"));
        Path secret = Files.writeString(folder.resolve("secret.json"), "mine");
        Files.write(
                model.resolve("model.safetensors"),
                new WrittenCheckpoint().with("a", DType.F32, Shape.of(1), 1).bytes());
        Files.createSymbolicLink(model.resolve("vocab.json"), secret);
        SideFiles found = found(model);
        assertThat(found.model()).isEmpty();
        assertThat(found.others()).containsExactly("vocab.json");
    }
}
