package org.normscope.format.onnx;

import java.util.Optional;
import java.util.stream.Stream;

/** The fields of {@code TensorProto} that can have its elements. */
enum TensorField {
    FLOATS(4, "float_data"),
    INT32S(5, "int32_data"),
    STRINGS(6, "string_data"),
    INT64S(7, "int64_data"),
    RAW(9, "raw_data"),
    DOUBLES(10, "double_data"),
    UINT64S(11, "uint64_data");

    private final int number;
    private final String word;

    TensorField(int number, String word) {
        this.number = number;
        this.word = word;
    }

    static Optional<TensorField> byNumber(int number) {
        return Stream.of(values()).filter(field -> field.number == number).findFirst();
    }

    /** Whether elements follow each other, little-endian, at their own size. */
    boolean isFixed() {
        return this == FLOATS || this == DOUBLES || this == RAW;
    }

    /** The name in onnx.proto. */
    String word() {
        return word;
    }
}
