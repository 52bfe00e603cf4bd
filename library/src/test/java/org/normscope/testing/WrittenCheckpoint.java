package org.normscope.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.format.safetensors.SafetensorsWriter.Part;
import org.normscope.kernel.Decoder;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** A safetensors file made from numbers, in memory. */
public final class WrittenCheckpoint {
    /** Where {@link #storage} puts it. */
    public static final String LOCATION = "made/model.safetensors";

    private final List<Part> parts = new ArrayList<>();
    private final Map<String, String> words = new TreeMap<>();

    /** Adds a word that the file says about itself. */
    public WrittenCheckpoint saying(String key, String value) {
        words.put(key, value);
        return this;
    }

    /** Adds a tensor of stored bytes. */
    public WrittenCheckpoint with(String name, DType dtype, Shape shape, byte[] bytes) {
        parts.add(new Part(name, dtype, shape, out -> out.write(bytes)));
        return this;
    }

    /** Adds a tensor of F64, F32 or BF16 (whose numbers must be exact in it). */
    public WrittenCheckpoint with(String name, DType dtype, Shape shape, double... values) {
        return with(name, dtype, shape, encoded(dtype, values));
    }

    /** The file. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SafetensorsWriter.write(parts, words, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A storage with nothing but the file. */
    public MemoryStorage storage() {
        return new MemoryStorage().with(LOCATION, bytes());
    }

    /** Random elements of a decoded type, of ordinary size and both signs. */
    public static byte[] random(DType dtype, int count, SplittableRandom random) {
        ByteBuffer stored = ByteBuffer.allocate(count * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            int sign = random.nextInt(2);
            switch (dtype) {
                case F64 -> stored.putDouble(random.nextDouble(-2, 2));
                case F32 -> stored.putFloat((float) random.nextDouble(-2, 2));
                case F16 -> stored.putShort((short) (sign << 15 | random.nextInt(0x3000, 0x4400)));
                case BF16 -> stored.putShort((short) (sign << 15 | random.nextInt(0x3e00, 0x4080)));
                default -> stored.put((byte) (sign << 7 | random.nextInt(0x30, 0x40)));
            }
        }
        return stored.array();
    }

    /** The numbers that stored elements are. */
    public static double[] decoded(DType dtype, byte[] bytes) {
        double[] values = new double[bytes.length / dtype.bytes()];
        Decoder.decode(dtype, bytes, 0, values, 0, values.length);
        return values;
    }

    private static byte[] encoded(DType dtype, double[] values) {
        ByteBuffer stored = ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (dtype) {
                case F64 -> stored.putDouble(value);
                case F32 -> stored.putFloat((float) value);
                case BF16 -> stored.putShort((short) (Float.floatToIntBits((float) value) >> 16));
                default -> throw new IllegalArgumentException(dtype + ": give its bytes");
            }
        }
        return stored.array();
    }
}
