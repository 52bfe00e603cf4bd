package org.normscope.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** Writes a checkpoint of linear layers, random and the same every time: {@code FILE DTYPE ROWS COLS COUNT}. */
final class LinearLayers {
    private LinearLayers() {}

    public static void main(String[] args) throws IOException {
        Shape shape = Shape.of(Long.parseLong(args[2]), Long.parseLong(args[3]));
        RandomCheckpoint.write(Path.of(args[0]), DType.valueOf(args[1]), shape, Integer.parseInt(args[4]));
    }
}
