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
    private static final Map<String, ElementType> OPAQUE_BY_NAME = new HashMap<>();

    static {
        row("DoubleStorage", DType.F64);
        row("FloatStorage", DType.F32);
        row("HalfStorage", DType.F16);
        row("BFloat16Storage", DType.BF16);
        row("LongStorage", DType.I64);
        row("IntStorage", DType.I32);
        row("ShortStorage", DType.I16);
        row("CharStorage", DType.I8);
        row("ByteStorage", DType.U8);
        row("BoolStorage", DType.BOOL);
        row("ComplexFloatStorage", DType.C64);
        opaque("ComplexDoubleStorage", "complex128", 16);
        opaque("", "complex32", 4);
        opaque("QInt8Storage", "qint8", 1);
        opaque("QUInt8Storage", "quint8", 1);
        opaque("QInt32Storage", "qint32", 4);
        opaque("", "float4_e2m1fn_x2", 1);
    }

    private static ElementType of(DType dtype) {
        return new ElementType(dtype.torchName(), dtype, dtype.bytes());
    }

    private static void row(String storage, DType dtype) {
        BY_STORAGE.put(storage, of(dtype));
    }

    private static void opaque(String storage, String name, int bytes) {
        ElementType type = new ElementType(name, DType.OPAQUE, bytes);
        OPAQUE_BY_NAME.put(name, type);
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
        return DType.byTorchName(name).map(ElementType::of).orElse(OPAQUE_BY_NAME.get(name));
    }
}
