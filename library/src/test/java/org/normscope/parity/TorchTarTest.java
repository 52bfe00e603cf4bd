package org.normscope.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.Suite;
import org.normscope.testing.WrittenCheckpoint;
import org.normscope.testing.files.TarBytes;

/** Torch itself reads the tar archives of its first versions, which nobody can write any more, as they are read here: {@code torch_tar.py}. */
class TorchTarTest {
    private static final byte[] ONE = WrittenCheckpoint.random(DType.F32, 6, new SplittableRandom(1));
    private static final byte[] TWO = WrittenCheckpoint.random(DType.F32, 6, new SplittableRandom(2));

    /** A tensor that is a transposed view of a view of a storage. */
    private static byte[] views() {
        String view = TarBytes.number(TarBytes.storage(7)) + TarBytes.number(TarBytes.storage(0)) + "K\1K\5";
        ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        tensors.writeBytes(TarBytes.latin1("\u0080\2K\1."));
        String key = TarBytes.number(TarBytes.tensor(0));
        tensors.writeBytes(TarBytes.tensor(key, TarBytes.number(TarBytes.storage(7)), 2, 2, 2, 1, 2, 1));
        String pickle = "\u0080\2}" + TarBytes.text("w") + TarBytes.reference(TarBytes.tensor(0)) + "s.";
        byte[] storages = TarBytes.storages(List.of(ONE), "\u0080\2](" + view + "ta.");
        return TarBytes.archive(TarBytes.latin1(pickle), tensors.toByteArray(), storages);
    }

    @Test
    void torchFindsTheSameTensors(@TempDir Path folder) throws Exception {
        Suite.TORCH.requireOrSkip();
        Path dict =
                Files.write(folder.resolve("dict.pth.tar"), TarBytes.dict(List.of("alpha", "beta"), List.of(ONE, TWO)));
        Path views = Files.write(folder.resolve("views.pth.tar"), views());
        List<Path> files = List.of(dict, views);
        List<String> said = torch(files);
        assertThat(said).hasSize(2);
        for (int i = 0; i < files.size(); i++) {
            LocalStorage storage = new LocalStorage();
            Checkpoint checkpoint = Checkpoints.open(storage, files.get(i).toString());
            JsonNode expected = Numbers.JSON.readTree(said.get(i));
            assertThat(checkpoint.tensors()).hasSize(expected.size());
            for (StoredTensor tensor : checkpoint.tensors()) {
                byte[] elements = new byte[Math.toIntExact(tensor.bytes())];
                try (Elements open = TensorFiles.of(checkpoint, tensor).open(storage, tensor)) {
                    open.read(0, Math.toIntExact(tensor.shape().elements()), elements);
                }
                JsonNode torch = expected.path(tensor.name());
                assertThat(Numbers.JSON.valueToTree(tensor.shape().dims()).toString())
                        .isEqualTo(torch.path(0).toString());
                assertThat(WrittenCheckpoint.decoded(DType.F32, elements))
                        .containsExactly(Numbers.JSON.treeToValue(torch.path(2), double[].class));
            }
        }
    }

    private static List<String> torch(List<Path> files) throws Exception {
        Path script = Suite.repository().resolve("library/src/test/fixtures/torch_tar.py");
        List<String> command = Stream.concat(Stream.of(Suite.pythonWith("torch").orElseThrow(), script), files.stream())
                .map(Path::toString)
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines().toList();
    }
}
