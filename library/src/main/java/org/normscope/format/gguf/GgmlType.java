package org.normscope.format.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.DType;

/**
 * The element types of ggml ({@code enum ggml_type} in ggml.h, block sizes as in ggml-common.h). Ids that ggml gave up (4, 5, 31 to 33, 36
 * to 38) are unknown here: without the size of a block nobody can tell where such a tensor ends.
 */
enum GgmlType {
    F32(0, DType.F32),
    F16(1, DType.F16),
    Q4_0(2, BlockCode.Q4_0),
    Q4_1(3, BlockCode.Q4_1),
    Q5_0(6, BlockCode.Q5_0),
    Q5_1(7, BlockCode.Q5_1),
    Q8_0(8, BlockCode.Q8_0),
    Q8_1(9, 32, 36),
    Q2_K(10, 256, 84),
    Q3_K(11, 256, 110),
    Q4_K(12, 256, 144),
    Q5_K(13, 256, 176),
    Q6_K(14, 256, 210),
    Q8_K(15, 256, 292),
    IQ2_XXS(16, 256, 66),
    IQ2_XS(17, 256, 74),
    IQ3_XXS(18, 256, 98),
    IQ1_S(19, 256, 50),
    IQ4_NL(20, 32, 18),
    IQ3_S(21, 256, 110),
    IQ2_S(22, 256, 82),
    IQ4_XS(23, 256, 136),
    I8(24, DType.I8),
    I16(25, DType.I16),
    I32(26, DType.I32),
    I64(27, DType.I64),
    F64(28, DType.F64),
    IQ1_M(29, 256, 56),
    BF16(30, DType.BF16),
    TQ1_0(34, 256, 54),
    TQ2_0(35, 256, 66),
    MXFP4(39, 32, 17),
    NVFP4(40, 64, 36),
    Q1_0(41, 128, 18);

    private static final Map<Long, GgmlType> BY_ID =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(type -> type.id, Function.identity()));

    private final long id;
    private final int weights;
    private final int bytes;
    private final DType dtype;
    private final Optional<BlockCode> code;

    /** Plain elements. */
    GgmlType(int id, DType dtype) {
        this(id, new Block(1, dtype.bytes()), dtype, Optional.empty());
    }

    /** Blocks that are decoded. */
    GgmlType(int id, BlockCode code) {
        this(id, new Block(code.weights(), code.bytes()), code.decoded(), Optional.of(code));
    }

    /** Blocks that nobody here decodes. */
    GgmlType(int id, int weights, int bytes) {
        this(id, new Block(weights, bytes), DType.OPAQUE, Optional.empty());
    }

    GgmlType(int id, Block block, DType dtype, Optional<BlockCode> code) {
        this.id = id;
        this.weights = block.weights();
        this.bytes = block.bytes();
        this.dtype = dtype;
        this.code = code;
    }

    private record Block(int weights, int bytes) {}

    static Optional<GgmlType> byId(long id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /** Elements of a block; 1 for plain elements. */
    int weights() {
        return weights;
    }

    /**
     * Bytes of so many elements.
     *
     * @throws ArithmeticException if they exceed {@code Long.MAX_VALUE}
     */
    long bytes(long elements) {
        return Math.multiplyExact(elements / weights, (long) bytes);
    }

    /** The type that holds an element exactly, or {@link DType#OPAQUE}. */
    DType dtype() {
        return dtype;
    }

    /** How blocks are decoded, if they are. */
    Optional<BlockCode> code() {
        return code;
    }
}
