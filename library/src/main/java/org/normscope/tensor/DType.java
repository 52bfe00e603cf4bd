package org.normscope.tensor;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The element types of the safetensors specification, by the names it gives them, and one for all others.
 *
 * <p>Bits are per element; sub-byte types are packed, so a tensor's bytes are {@code elements * bits / 8}.
 */
public enum DType {
    BOOL(8, Kind.INTEGER, "bool"),
    F4(4, Kind.OPAQUE_FLOAT),
    F6_E2M3(6, Kind.OPAQUE_FLOAT),
    F6_E3M2(6, Kind.OPAQUE_FLOAT),
    U8(8, Kind.INTEGER, "uint8"),
    I8(8, Kind.INTEGER, "int8"),
    F8_E5M2(8, Kind.FLOAT, "float8_e5m2"),
    F8_E4M3(8, Kind.FLOAT, "float8_e4m3fn"),
    F8_E8M0(8, Kind.OPAQUE_FLOAT, "float8_e8m0fnu"),
    F8_E4M3FNUZ(8, Kind.OPAQUE_FLOAT, "float8_e4m3fnuz"),
    F8_E5M2FNUZ(8, Kind.OPAQUE_FLOAT, "float8_e5m2fnuz"),
    I16(16, Kind.INTEGER, "int16"),
    U16(16, Kind.INTEGER, "uint16"),
    F16(16, Kind.FLOAT, "float16"),
    BF16(16, Kind.FLOAT, "bfloat16"),
    I32(32, Kind.INTEGER, "int32"),
    U32(32, Kind.INTEGER, "uint32"),
    F32(32, Kind.FLOAT, "float32"),
    C64(64, Kind.OPAQUE_FLOAT, "complex64"),
    F64(64, Kind.FLOAT, "float64"),
    I64(64, Kind.INTEGER, "int64"),
    U64(64, Kind.INTEGER, "uint64"),
    /** A type for which only its file has a word; no safetensors name. */
    OPAQUE(8, Kind.OPAQUE_FLOAT);

    /** What the elements are to an audit. */
    public enum Kind {
        /** Real numbers that the kernels decode. */
        FLOAT,
        /** Floating point, complex or scale codes that no kernel decodes; listed and skipped by name. */
        OPAQUE_FLOAT,
        /** Integers and booleans: never weights. */
        INTEGER
    }

    private static final Map<String, DType> BY_NAME = Stream.of(values())
            .filter(type -> type != OPAQUE)
            .collect(Collectors.toUnmodifiableMap(DType::name, Function.identity()));

    private static final Map<String, DType> BY_TORCH_NAME = Stream.of(values())
            .filter(type -> !type.torchName.isEmpty())
            .collect(Collectors.toUnmodifiableMap(type -> type.torchName, Function.identity()));

    private final int bits;
    private final Kind kind;
    private final String torchName;

    DType(int bits, Kind kind) {
        this(bits, kind, "");
    }

    DType(int bits, Kind kind, String torchName) {
        this.bits = bits;
        this.kind = kind;
        this.torchName = torchName;
    }

    /** Returns the type with exactly this name (case matters), if there is one. */
    public static Optional<DType> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Returns the type that torch calls so, as in {@code torch.float8_e4m3fn}, if there is one. */
    public static Optional<DType> byTorchName(String name) {
        return Optional.ofNullable(BY_TORCH_NAME.get(name));
    }

    /** What torch calls it; empty if it has no such type. */
    public String torchName() {
        return torchName;
    }

    /** Bits per element, 4 to 64. */
    public int bits() {
        return bits;
    }

    /** Whole bytes per element; only for types of at least eight bits. */
    public int bytes() {
        if (bits < 8) {
            throw new IllegalStateException(this + " is packed below a byte");
        }
        return bits / 8;
    }

    /** What the elements are to an audit. */
    public Kind kind() {
        return kind;
    }

    /**
     * Half the distance between 1 and the next larger number, as a power of two: the relative rounding of storing a
     * number in this type. Only for {@link Kind#FLOAT}.
     */
    public double unitRoundoff() {
        return switch (this) {
            case F64 -> 0x1p-53;
            case F32 -> 0x1p-24;
            case F16 -> 0x1p-11;
            case BF16 -> 0x1p-8;
            case F8_E4M3 -> 0x1p-4;
            case F8_E5M2 -> 0x1p-3;
            default -> throw new IllegalStateException(this + " is not a decoded floating type");
        };
    }

    /** The smallest positive number of this type. Only for {@link Kind#FLOAT}. */
    public double smallest() {
        return switch (this) {
            case F64 -> Double.MIN_VALUE;
            case F32 -> Float.MIN_VALUE;
            case F16 -> 0x1p-24;
            case BF16 -> 0x1p-133;
            case F8_E4M3 -> 0x1p-9;
            case F8_E5M2 -> 0x1p-16;
            default -> throw new IllegalStateException(this + " is not a decoded floating type");
        };
    }
}
