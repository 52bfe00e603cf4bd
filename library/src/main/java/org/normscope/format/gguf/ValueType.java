package org.normscope.format.gguf;

import java.io.IOException;
import org.normscope.format.HeaderInput;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;

/** The types of metadata values ({@code gguf_metadata_value_type}), in the order of their ids. */
enum ValueType {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    /** A length of eight bytes, and so many bytes. */
    STRING(8),
    /** A type, a number of elements, and so many of them. */
    ARRAY(12),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private static final int DEEPEST = 8;

    private final int leastBytes;

    ValueType(int leastBytes) {
        this.leastBytes = leastBytes;
    }

    static ValueType byId(Position here, long id) throws BadCheckpointException {
        here.require(id < values().length, "metadata type %d is unknown; write the file again with a current tool", id);
        return values()[(int) id];
    }

    boolean isInteger() {
        return switch (this) {
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
            case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> false;
        };
    }

    /** The value of an integer type; unsigned ones from 2^63 on are negative. */
    long integer(HeaderInput in) throws BadCheckpointException, IOException {
        return switch (this) {
            case UINT8 -> in.u8();
            case INT8 -> (byte) in.u8();
            case UINT16 -> in.u16();
            case INT16 -> (short) in.u16();
            case UINT32 -> in.u32();
            case INT32 -> (int) in.u32();
            case UINT64, INT64 -> in.i64();
            case FLOAT32, BOOL, STRING, ARRAY, FLOAT64 -> throw new IllegalStateException(this + " is no integer");
        };
    }

    /**
     * Goes over a value.
     *
     * @param depth arrays around it
     */
    void skip(HeaderInput in, int depth) throws BadCheckpointException, IOException {
        switch (this) {
            case STRING -> in.skip(in.i64());
            case ARRAY -> skipArray(in, depth);
            case BOOL -> {
                Position here = in.here();
                int value = in.u8();
                here.require(value <= 1, "a boolean is %d", value);
            }
            default -> in.skip(leastBytes);
        }
    }

    private static void skipArray(HeaderInput in, int depth) throws BadCheckpointException, IOException {
        Position start = in.here();
        start.require(depth < DEEPEST, "arrays in arrays, more than %d deep", DEEPEST);
        ValueType element = byId(start, in.u32());
        long count = in.i64();
        start.require(
                count >= 0 && count <= in.left() / element.leastBytes,
                "an array of %s values of type %s, the file ends after %d bytes; damaged, download it again",
                Long.toUnsignedString(count),
                element,
                in.left());
        if (element == STRING || element == ARRAY || element == BOOL) {
            for (long i = 0; i < count; i++) {
                element.skip(in, depth + 1);
            }
        } else {
            in.skip(count * element.leastBytes);
        }
    }
}
