package org.normscope.job.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** A checkpoint of random matrices, {@code layers.0.weight} and so on, in F32. */
final class RandomLayers {
    private RandomLayers() {}

    /** Writes it and returns the file. */
    static Path write(Path file, List<Shape> shapes) throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        List<SafetensorsWriter.Part> parts = new ArrayList<>();
        for (Shape shape : shapes) {
            ByteBuffer bytes = ByteBuffer.allocate((int) (4 * shape.elements())).order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                bytes.putFloat((float) (random.nextDouble() - 0.5));
            }
            String name = "layers." + parts.size() + ".weight";
            parts.add(new SafetensorsWriter.Part(name, DType.F32, shape, out -> out.write(bytes.array())));
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(parts, out);
        }
        return file;
    }
}
