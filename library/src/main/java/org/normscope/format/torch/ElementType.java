package org.normscope.format.torch;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;

/**
 * What torch calls a type of elements.
 *
 * @param word torch's name, e.g. {@code complex128}
 * @param dtype the same here; {@link DType#OPAQUE} for what has no name here
 * @param bytes of an element
 */
record ElementType(String word, DType dtype, int bytes) {
    private static final Map<String, ElementType> BY_STORAGE = new HashMap<>();
    private static final Map<String, ElementType> BY_NAME = new HashMap<>();

    static {
        row("DoubleStorage", "float64", DType.F64);
        row("FloatStorage", "float32", DType.F32);
        row("HalfStorage", "float16", DType.F16);
        row("BFloat16Storage", "bfloat16", DType.BF16);
        row("LongStorage", "int64", DType.I64);
        row("IntStorage", "int32", DType.I32);
        row("ShortStorage", "int16", DType.I16);
        row("CharStorage", "int8", DType.I8);
        row("ByteStorage", "uint8", DType.U8);
        row("BoolStorage", "bool", DType.BOOL);
        row("ComplexFloatStorage", "complex64", DType.C64);
        row("", "uint16", DType.U16);
        row("", "uint32", DType.U32);
        row("", "uint64", DType.U64);
        row("", "float8_e4m3fn", DType.F8_E4M3);
        row("", "float8_e5m2", DType.F8_E5M2);
        row("", "float8_e4m3fnuz", DType.F8_E4M3FNUZ);
        row("", "float8_e5m2fnuz", DType.F8_E5M2FNUZ);
        row("", "float8_e8m0fnu", DType.F8_E8M0);
        opaque("ComplexDoubleStorage", "complex128", 16);
        opaque("", "complex32", 4);
        opaque("QInt8Storage", "qint8", 1);
        opaque("QUInt8Storage", "quint8", 1);
        opaque("QInt32Storage", "qint32", 4);
        opaque("", "float4_e2m1fn_x2", 1);
    }

    private static void row(String storage, String name, DType dtype) {
        put(storage, new ElementType(name, dtype, dtype.bytes()));
    }

    private static void opaque(String storage, String name, int bytes) {
        put(storage, new ElementType(name, DType.OPAQUE, bytes));
    }

    private static void put(String storage, ElementType type) {
        BY_NAME.put(type.word, type);
        if (!storage.isEmpty()) {
            BY_STORAGE.put(storage, type);
        }
    }

    /** The type of a storage class such as {@code FloatStorage}; null if torch has no such class. */
    static @Nullable ElementType ofStorage(String name) {
        return BY_STORAGE.get(name);
    }

    /** The type with torch's name; null if torch has none such. */
    static @Nullable ElementType named(String name) {
        return BY_NAME.get(name);
    }
}
