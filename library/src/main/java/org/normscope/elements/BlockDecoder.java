package org.normscope.elements;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.normscope.tensor.BlockCode;

/**
 * Decodes blocks of codes as ggml defines them ({@code dequantize_row_q4_0} and its siblings in ggml-quants.c), without rounding. Byte i of
 * the nibbles has weight i in its low and weight i + 16 in its high half; bit i of the fifth bits belongs to weight i.
 */
public final class BlockDecoder {
    private static final int HALF = 16;
    private static final int SCALE_BYTES = 2;
    private static final int FIFTH_BYTES = 4;

    private final ByteBuffer blocks;
    private final ByteBuffer target;

    private BlockDecoder(ByteBuffer blocks, ByteBuffer target) {
        this.blocks = blocks;
        this.target = target;
    }

    /**
     * Decodes blocks that follow each other.
     *
     * @param blocks {@code blockCount * code.bytes()} bytes from its beginning on. Not modified.
     * @param blockCount at least 0
     * @param target Modified: {@code blockCount * code.weights()} numbers of type {@code code.decoded()}, little-endian, from its beginning on
     * @throws IndexOutOfBoundsException if an array is too short
     */
    public static void decode(BlockCode code, byte[] blocks, int blockCount, byte[] target) {
        BlockDecoder decoder = new BlockDecoder(littleEndian(blocks), littleEndian(target));
        int weights = code.weights() * code.decoded().bytes();
        for (int i = 0; i < blockCount; i++) {
            decoder.decode(code, i * code.bytes(), i * weights);
        }
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void decode(BlockCode code, int from, int to) {
        int behindScale = from + SCALE_BYTES;
        int behindBoth = behindScale + SCALE_BYTES;
        switch (code) {
            case Q4_0 -> scaled(from, to, new Codes(behindScale, 0, -8));
            case Q5_0 -> scaled(from, to, new Codes(behindScale + FIFTH_BYTES, blocks.getInt(behindScale), -16));
            case Q8_0 -> scaledBytes(from, to);
            case Q4_1 -> shifted(from, to, new Codes(behindBoth, 0, 0));
            case E2M1 -> pair(blocks.get(from), to);
            case Q5_1 -> shifted(from, to, new Codes(behindBoth + FIFTH_BYTES, blocks.getInt(behindBoth), 0));
        }
    }

    /** 0, 0.5, 1, 1.5, 2, 3, 4, 6 as E4M3. */
    private static final byte[] E4M3 = {0, 0x30, 0x38, 0x3c, 0x40, 0x44, 0x48, 0x4c};

    private void pair(byte both, int to) {
        target.put(to, e4m3(both & 0xF)).put(to + 1, e4m3(both >> 4 & 0xF));
    }

    private static byte e4m3(int code) {
        return (byte) (E4M3[code & 7] | (code & 8) << 4);
    }

    /** Where the nibbles of a block begin, its fifth bits, and what is added to every code. */
    private record Codes(int nibbles, int fifths, int added) {}

    private void scaled(int from, int to, Codes codes) {
        float d = half(blocks.getShort(from));
        for (int i = 0; i < 2 * HALF; i++) {
            put(to + i * Float.BYTES, d * code(codes, i));
        }
    }

    private void scaledBytes(int from, int to) {
        float d = half(blocks.getShort(from));
        for (int i = 0; i < 2 * HALF; i++) {
            put(to + i * Float.BYTES, d * blocks.get(from + SCALE_BYTES + i));
        }
    }

    private void shifted(int from, int to, Codes codes) {
        double d = half(blocks.getShort(from));
        double m = half(blocks.getShort(from + SCALE_BYTES));
        for (int i = 0; i < 2 * HALF; i++) {
            put(to + i * Double.BYTES, d * code(codes, i) + m);
        }
    }

    /** One NaN for all: which one a sum of two gives depends on who compiled it. */
    private void put(int at, float value) {
        target.putInt(at, Float.floatToIntBits(value));
    }

    private void put(int at, double value) {
        target.putLong(at, Double.doubleToLongBits(value));
    }

    private int code(Codes codes, int i) {
        int both = blocks.get(codes.nibbles + i % HALF);
        int low = (i < HALF ? both : both >> 4) & 0xF;
        return (low | (codes.fifths >>> i & 1) << 4) + codes.added;
    }

    /** The value of an IEEE 754 half. */
    private static float half(short bits) {
        int exponent = bits >> 10 & 0x1F;
        int fraction = bits & 0x3FF;
        float magnitude;
        if (exponent == 0x1F) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else {
            magnitude = Math.scalb((float) (0x400 | fraction), exponent - 25);
        }
        return bits < 0 ? -magnitude : magnitude;
    }
}
