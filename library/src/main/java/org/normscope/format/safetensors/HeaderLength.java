package org.normscope.format.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/**
 * The eight-byte little-endian prefix of a safetensors file, already checked against the file.
 *
 * @param bytes length of the JSON text that follows it, 2 to {@value #MAX_BYTES}
 */
record HeaderLength(long bytes) {
    static final int PREFIX_BYTES = 8;

    /** The reference implementation's cap. */
    static final long MAX_BYTES = 100_000_000;

    private static final int SHORTEST = "{}".length();

    static HeaderLength read(String file, RangeReader in) throws BadCheckpointException, IOException {
        Position start = new Position(file, 0);
        start.require(
                in.length() >= PREFIX_BYTES,
                "not a safetensors file: a header needs %d bytes, the file has %d; download it again",
                PREFIX_BYTES,
                in.length());
        byte[] prefix = new byte[PREFIX_BYTES];
        in.readFully(0, prefix, 0, PREFIX_BYTES);
        long declared = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        start.require(
                declared >= SHORTEST && declared <= MAX_BYTES,
                "not a safetensors file: header length %s outside [%d, %d]",
                Long.toUnsignedString(declared),
                SHORTEST,
                MAX_BYTES);
        start.require(
                declared <= in.length() - PREFIX_BYTES,
                "header length %d exceeds the file's %d bytes: truncated, download it again",
                declared,
                in.length());
        return new HeaderLength(declared);
    }

    /** Bytes from the start of the file to the first tensor. */
    long dataStart() {
        return PREFIX_BYTES + bytes;
    }
}
