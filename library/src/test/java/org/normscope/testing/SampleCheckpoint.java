package org.normscope.testing;

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

/** A small sharded checkpoint with every kind of tensor that an engine treats differently; the same bytes every time. */
public final class SampleCheckpoint {
    private final List<SafetensorsWriter.Part> parts = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(20);

    private SampleCheckpoint() {}

    /**
     * Writes two shards and their index into a folder.
     *
     * @throws IOException if the folder can't be written
     */
    public static Path write(Path folder) throws IOException {
        SampleCheckpoint sample = new SampleCheckpoint();
        sample.gaussian("tall.weight", DType.F32, Shape.of(700, 130), 1);
        sample.gaussian("wide.weight", DType.BF16, Shape.of(90, 500), 1);
        sample.gaussian("square.weight", DType.F16, Shape.of(300, 300), 0.05);
        sample.gaussian("conv.weight", DType.F32, Shape.of(16, 8, 3, 3), 1);
        sample.gaussian("tiny.weight", DType.F64, Shape.of(7, 5), 1);
        sample.gaussian("huge.weight", DType.F64, Shape.of(60, 40), 1e300);
        sample.gaussian("small.weight", DType.F64, Shape.of(40, 60), 1e-300);
        sample.gaussian("row.weight", DType.F32, Shape.of(1, 333), 1);
        sample.gaussian("column.weight", DType.F32, Shape.of(333, 1), 1);
        sample.gaussian("zero.weight", DType.F32, Shape.of(50, 60), 0);
        sample.gaussian("empty.weight", DType.F32, Shape.of(0, 60), 0);
        sample.gaussian("norm.weight", DType.F32, Shape.of(130), 1);
        sample.gaussian("poisoned.weight", DType.F32, Shape.of(20, 30), Double.NaN);
        sample.parts.add(new SafetensorsWriter.Part("steps", DType.I64, Shape.of(2), out -> out.write(new byte[16])));
        int half = sample.parts.size() / 2;
        writeShard(folder.resolve("model-00001-of-00002.safetensors"), sample.parts.subList(0, half));
        writeShard(folder.resolve("model-00002-of-00002.safetensors"), sample.parts.subList(half, sample.parts.size()));
        Files.writeString(folder.resolve("model.safetensors.index.json"), sample.index(half));
        return folder;
    }

    private static void writeShard(Path file, List<SafetensorsWriter.Part> parts) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(parts, out);
        }
    }

    private String index(int half) {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            int shard = i < half ? 1 : 2;
            entries.add(String.format(
                    "\"%s\": \"model-0000%d-of-00002.safetensors\"",
                    parts.get(i).name(), shard));
        }
        return "{\"weight_map\": {" + String.join(", ", entries) + "}}";
    }

    /** Roughly normal numbers, sums of uniform ones, times a scale. */
    private void gaussian(String name, DType dtype, Shape shape, double scale) {
        int count = Math.toIntExact(shape.elements());
        ByteBuffer bytes = ByteBuffer.allocate(count * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            double value = 0;
            for (int k = 0; k < 12; k++) {
                value += random.nextDouble() - 0.5;
            }
            put(bytes, dtype, value * scale);
        }
        parts.add(new SafetensorsWriter.Part(name, dtype, shape, out -> out.write(bytes.array())));
    }

    private static void put(ByteBuffer bytes, DType dtype, double value) {
        switch (dtype) {
            case F64 -> bytes.putDouble(value);
            case F32 -> bytes.putFloat((float) value);
            case BF16 -> bytes.putShort((short) (Float.floatToIntBits((float) value) >> 16));
            // A normal binary16 number by its bits: sign, exponent 13 to 15, random fraction.
            case F16 ->
                bytes.putShort((short) ((value < 0 ? 0x8000 : 0) | 0x2c00 | (int) (Math.abs(value) * 0x7fff) & 0x0fff));
            default -> throw new IllegalArgumentException(dtype.toString());
        }
    }
}
