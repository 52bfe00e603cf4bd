package org.normscope.format.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.format.safetensors.SafetensorsWriter.Part;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

class SafetensorsWriterTest {
    @TempDir
    private Path folder;

    @Test
    void readerFindsWhatWasWritten() throws IOException, BadCheckpointException {
        Path file = folder.resolve("x.safetensors");
        List<Part> parts = List.of(
                part("a", DType.F64, Shape.of(2, 3), 48),
                part("empty", DType.F32, Shape.of(0, 3), 0),
                part("scalar \"\n\u001b é", DType.BF16, Shape.of(), 2));
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(parts, out);
        }

        Checkpoint read = new SafetensorsFormat().read(new LocalStorage(), file.toString());

        assertThat(read.tensors())
                .extracting(StoredTensor::name)
                .containsExactlyInAnyOrder("a", "empty", "scalar \"\n\u001b é");
        assertThat(read.tensors())
                .filteredOn(tensor -> tensor.name().equals("a"))
                .first()
                .satisfies(tensor -> {
                    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
                    assertThat(tensor.dtype()).isEqualTo(DType.F64);
                    assertThat(tensor.offset() % 8).isZero();
                });
        assertThat(read.files().get(0).bytes()).isEqualTo(Files.size(file));
    }

    @Test
    void refusesContentOfAnotherLength() {
        assertThatThrownBy(() -> SafetensorsWriter.write(
                        List.of(part("short", DType.F32, Shape.of(2), 7)), new ByteArrayOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("short: 7 bytes were given, F32 [2] takes 8");
    }

    private static Part part(String name, DType dtype, Shape shape, int bytes) {
        return new Part(name, dtype, shape, out -> out.write(new byte[bytes]));
    }
}
