package org.normscope.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes safetensors files byte by byte, right or wrong. */
public final class SafetensorsBytes {
    private SafetensorsBytes() {}

    /** A file with this header text, its right length in front, and {@code dataBytes} zero bytes behind. */
    public static byte[] of(String header, int dataBytes) {
        return of(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    /** A file with these header bytes, their right length in front, and {@code dataBytes} zero bytes behind. */
    public static byte[] of(byte[] header, int dataBytes) {
        return withLength(header.length, header, dataBytes);
    }

    /** A file that declares any length for its header. */
    public static byte[] withLength(long declared, byte[] header, int dataBytes) {
        return ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(declared)
                .put(header)
                .array();
    }

    /** The header entry of a tensor, {@code "name":{...}}. */
    public static String entry(String name, String dtype, String shape, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, shape, begin, end);
    }

    /** A file with one 2 x 2 matrix of zeros in F32. */
    public static byte[] oneMatrix(String name) {
        return of("{" + entry(name, "F32", "[2,2]", 0, 16) + "}", 16);
    }
}
