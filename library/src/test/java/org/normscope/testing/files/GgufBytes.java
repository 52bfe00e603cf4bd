package org.normscope.testing.files;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GGUF files by hand. */
public final class GgufBytes {
    private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private int pairCount;
    private int infoCount;

    /** Adds the pair that says the alignment. */
    public GgufBytes alignment(int alignment) {
        return pair("general.alignment", 4, number(4, alignment));
    }

    /** Adds a pair of this key and value. */
    public GgufBytes pair(String key, int type, byte[] value) {
        pairs.writeBytes(text(key));
        pairs.writeBytes(number(4, type));
        pairs.writeBytes(value);
        pairCount++;
        return this;
    }

    /**
     * Adds the description of a tensor.
     *
     * @param dims fastest first, as the file has them
     */
    public GgufBytes tensor(String name, int type, long offset, long... dims) {
        infos.writeBytes(text(name));
        infos.writeBytes(number(4, dims.length));
        for (long dim : dims) {
            infos.writeBytes(number(8, dim));
        }
        infos.writeBytes(number(4, type));
        infos.writeBytes(number(8, offset));
        infoCount++;
        return this;
    }

    /** The file, with so many bytes of data behind padding to this alignment. */
    public byte[] file(int version, int alignment, int data) {
        return file(version, alignment, new byte[data]);
    }

    /** The file, with this data behind padding to this alignment. */
    public byte[] file(int version, int alignment, byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(number(4, version));
        out.writeBytes(number(8, infoCount));
        out.writeBytes(number(8, pairCount));
        out.writeBytes(pairs.toByteArray());
        out.writeBytes(infos.toByteArray());
        out.writeBytes(new byte[(alignment - out.size() % alignment) % alignment]);
        out.writeBytes(data);
        return out.toByteArray();
    }

    /** A string: its length in 8 bytes, and UTF-8. */
    public static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .array();
    }

    /** The lowest bytes of a number, little-endian. */
    public static byte[] number(int bytes, long value) {
        byte[] wide = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return java.util.Arrays.copyOf(wide, bytes);
    }
}
