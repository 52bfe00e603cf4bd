package org.normscope.benchmarks;

import java.io.BufferedOutputStream;
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

/** Checkpoints of random matrices, for measuring: the same bytes every time. */
final class RandomCheckpoint {
    private static final int PIECE = 1 << 20;

    private RandomCheckpoint() {}

    /** A checkpoint of one matrix, entries uniform within (-1, 1). */
    static Path write(Path file, DType dtype, Shape shape) throws IOException {
        return write(file, dtype, shape, 1);
    }

    /** A checkpoint of so many matrices of one shape. */
    static Path write(Path file, DType dtype, Shape shape, int count) throws IOException {
        List<SafetensorsWriter.Part> parts = new ArrayList<>();
        for (int seed = 0; seed < count; seed++) {
            RandomMatrix matrix = new RandomMatrix(dtype, shape, seed);
            parts.add(new SafetensorsWriter.Part("layers." + seed + ".weight", dtype, shape, matrix::write));
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), PIECE)) {
            SafetensorsWriter.write(parts, out);
        }
        return file;
    }

    private record RandomMatrix(DType dtype, Shape shape, int seed) {
        void write(OutputStream out) throws IOException {
            SplittableRandom random = new SplittableRandom(seed);
            ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
            for (long left = shape.elements() * dtype.bytes(); left > 0; left -= piece.limit()) {
                piece.clear().limit((int) Math.min(left, PIECE));
                while (piece.hasRemaining()) {
                    put(piece, (float) (2 * random.nextDouble() - 1));
                }
                out.write(piece.array(), 0, piece.limit());
            }
        }

        private void put(ByteBuffer piece, float value) {
            switch (dtype) {
                case F32 -> piece.putFloat(value);
                case BF16 -> piece.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                default -> throw new IllegalArgumentException(dtype.toString());
            }
        }
    }
}
