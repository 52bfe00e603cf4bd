package org.normscope.format.onnx;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.normscope.tensor.DType;

/** The element types of {@code TensorProto.DataType} in onnx.proto. */
enum OnnxType {
    FLOAT(1, DType.F32, TensorField.FLOATS),
    UINT8(2, DType.U8, TensorField.INT32S),
    INT8(3, DType.I8, TensorField.INT32S),
    UINT16(4, DType.U16, TensorField.INT32S),
    INT16(5, DType.I16, TensorField.INT32S),
    INT32(6, DType.I32, TensorField.INT32S),
    INT64(7, DType.I64, TensorField.INT64S),
    STRING(8, 0, TensorField.STRINGS),
    BOOL(9, DType.BOOL, TensorField.INT32S),
    FLOAT16(10, DType.F16, TensorField.INT32S),
    DOUBLE(11, DType.F64, TensorField.DOUBLES),
    UINT32(12, DType.U32, TensorField.UINT64S),
    UINT64(13, DType.U64, TensorField.UINT64S),
    COMPLEX64(14, DType.C64, TensorField.FLOATS),
    COMPLEX128(15, 128, TensorField.DOUBLES),
    BFLOAT16(16, DType.BF16, TensorField.INT32S),
    FLOAT8E4M3FN(17, DType.F8_E4M3, TensorField.INT32S),
    FLOAT8E4M3FNUZ(18, DType.F8_E4M3FNUZ, TensorField.INT32S),
    FLOAT8E5M2(19, DType.F8_E5M2, TensorField.INT32S),
    FLOAT8E5M2FNUZ(20, DType.F8_E5M2FNUZ, TensorField.INT32S),
    UINT4(21, 4, TensorField.INT32S),
    INT4(22, 4, TensorField.INT32S),
    FLOAT4E2M1(23, 4, TensorField.INT32S),
    FLOAT8E8M0(24, DType.F8_E8M0, TensorField.INT32S),
    UINT2(25, 2, TensorField.INT32S),
    INT2(26, 2, TensorField.INT32S);

    private static final Map<Long, OnnxType> BY_ID =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(type -> type.id, Function.identity()));

    private final long id;
    private final DType dtype;
    private final int bits;
    private final TensorField home;

    OnnxType(int id, DType dtype, TensorField home) {
        this.id = id;
        this.dtype = dtype;
        this.bits = dtype.bits();
        this.home = home;
    }

    /** A type for which there is no {@link DType}. */
    OnnxType(int id, int bits, TensorField home) {
        this.id = id;
        this.dtype = DType.OPAQUE;
        this.bits = bits;
        this.home = home;
    }

    static Optional<OnnxType> byId(long id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    DType dtype() {
        return dtype;
    }

    /** The field that has the elements where it isn't raw_data. */
    TensorField home() {
        return home;
    }

    /**
     * Bytes of so many elements in raw_data; those below a byte are packed, the last byte filled up.
     *
     * @throws ArithmeticException if the bits exceed {@code Long.MAX_VALUE}
     */
    long bytes(long elements) {
        long allBits = Math.multiplyExact(elements, (long) bits);
        return allBits / Byte.SIZE + (allBits % Byte.SIZE == 0 ? 0 : 1);
    }

    /** Whether an element takes at least a byte. */
    boolean isWhole() {
        return bits >= Byte.SIZE;
    }
}
