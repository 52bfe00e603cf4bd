package org.normscope.tensor;

/** Codes packed into blocks, so many weights in so many bytes: those of GGUF with scales among them (ggml's {@code block_q4_0} and its siblings). */
public enum BlockCode {
    /** A half-precision scale d, 16 bytes of nibbles q: {@code d (q - 8)}. */
    Q4_0(32, 18, DType.F32),
    /** Half-precision d and m, 16 bytes of nibbles q: {@code d q + m}. */
    Q4_1(32, 20, DType.F64),
    /** Half-precision d, four bytes of fifth bits, 16 bytes of nibbles: {@code d (q - 16)}. */
    Q5_0(32, 22, DType.F32),
    /** Half-precision d and m, four bytes of fifth bits, 16 bytes of nibbles: {@code d q + m}. */
    Q5_1(32, 24, DType.F64),
    /** Half-precision d, 32 signed bytes q: {@code d q}. */
    Q8_0(32, 34, DType.F32),
    /** Two E2M1 numbers (sign, two bits of exponent, one of fraction), the first in the lower half of the byte; without a scale. */
    E2M1(2, 1, DType.F8_E4M3);

    private final int weights;
    private final int bytes;
    private final DType decoded;

    BlockCode(int weights, int bytes, DType decoded) {
        this.weights = weights;
        this.bytes = bytes;
        this.decoded = decoded;
    }

    /** Weights in a block. */
    public int weights() {
        return weights;
    }

    /** Bytes of a block. */
    public int bytes() {
        return bytes;
    }

    /** The type that holds every decoded weight exactly. */
    public DType decoded() {
        return decoded;
    }
}
