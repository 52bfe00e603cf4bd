package org.normscope.job.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** A checkpoint with weights under weight norm and spectral norm, in torch's legacy layout. */
final class NormedCheckpoint {
    private static final SplittableRandom RANDOM = new SplittableRandom(17);

    private NormedCheckpoint() {}

    /** Writes it, {@code model.safetensors}, and returns the file. */
    static Path write(Path folder) throws IOException {
        WrittenCheckpoint checkpoint = new WrittenCheckpoint();
        random(checkpoint, "a.weight_g", 30, 1);
        random(checkpoint, "a.weight_v", 30, 20);
        random(checkpoint, "a.bias", 30);
        random(checkpoint, "gan.critic.weight_orig", 24, 5, 3);
        random(checkpoint, "gan.critic.weight_u", 24);
        random(checkpoint, "gan.critic.weight_v", 15);
        random(checkpoint, "vector.weight_orig", 9);
        random(checkpoint, "vector.weight_u", 9);
        random(checkpoint, "vector.weight_v", 1);
        random(checkpoint, "plain.weight", 16, 40);
        Files.createDirectories(folder);
        return Files.write(folder.resolve("model.safetensors"), checkpoint.bytes());
    }

    private static void random(WrittenCheckpoint checkpoint, String name, long... dims) {
        Shape shape = Shape.of(dims);
        byte[] bytes = WrittenCheckpoint.random(DType.F32, (int) shape.elements(), RANDOM);
        checkpoint.with(name, DType.F32, shape, bytes);
    }
}
