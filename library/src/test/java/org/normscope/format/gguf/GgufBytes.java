package org.normscope.format.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GGUF files by hand. */
final class GgufBytes {
    private final ByteArrayOutputStream pairs = new ByteArrayOutputStream();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private int pairCount;
    private int infoCount;

    GgufBytes alignment(int alignment) {
        return pair("general.alignment", 4, number(4, alignment));
    }

    GgufBytes pair(String key, int type, byte[] value) {
        pairs.writeBytes(text(key));
        pairs.writeBytes(number(4, type));
        pairs.writeBytes(value);
        pairCount++;
        return this;
    }

    /** @param dims fastest first, as the file has them */
    GgufBytes tensor(String name, int type, long offset, long... dims) {
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
    byte[] file(int version, int alignment, int data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(number(4, version));
        out.writeBytes(number(8, infoCount));
        out.writeBytes(number(8, pairCount));
        out.writeBytes(pairs.toByteArray());
        out.writeBytes(infos.toByteArray());
        out.writeBytes(new byte[(alignment - out.size() % alignment) % alignment + data]);
        return out.toByteArray();
    }

    static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .array();
    }

    static byte[] number(int bytes, long value) {
        byte[] wide = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return java.util.Arrays.copyOf(wide, bytes);
    }
}
