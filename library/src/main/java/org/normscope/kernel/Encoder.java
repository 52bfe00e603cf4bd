package org.normscope.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.normscope.tensor.DType;

/**
 * Doubles to stored little-endian elements, each rounded once to the nearest number of the type, ties to even, straight from the double:
 * the inverse of {@link Decoder}. What is too large becomes infinite, or NaN in {@code F8_E4M3}, which has no infinity, as torch casts it.
 */
public final class Encoder {
    private Encoder() {}

    /**
     * Encodes {@code count} numbers.
     *
     * @param source {@code count} numbers from {@code from} on. Not modified.
     * @param target Modified: {@code count} elements from its beginning on
     * @throws IllegalArgumentException if the type isn't of kind FLOAT
     * @throws IndexOutOfBoundsException if source or target are too short
     */
    public static void encode(DType dtype, double[] source, int from, int count, byte[] target) {
        ByteBuffer out = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < from + count; i++) {
            switch (dtype) {
                case F64 -> out.putDouble(source[i]);
                case F32 -> out.putFloat((float) source[i]);
                case F16 -> out.putShort((short) Small.F16.code(source[i]));
                case BF16 -> out.putShort((short) Small.BF16.code(source[i]));
                case F8_E4M3 -> out.put((byte) Small.F8_E4M3.code(source[i]));
                case F8_E5M2 -> out.put((byte) Small.F8_E5M2.code(source[i]));
                default -> throw new IllegalArgumentException(dtype + " can't be written");
            }
        }
    }

    /**
     * A floating type of at most 16 bits.
     *
     * @param exponentBits bits of the exponent, biased by {@code 2^(exponentBits - 1) - 1}
     * @param mantissaBits bits of the mantissa
     * @param largest code of the largest finite number
     * @param overflow code of what is larger
     * @param nan code of NaN
     */
    private record Small(int exponentBits, int mantissaBits, int largest, int overflow, int nan) {
        static final Small F16 = new Small(5, 10, 0x7bff, 0x7c00, 0x7e00);
        static final Small BF16 = new Small(8, 7, 0x7f7f, 0x7f80, 0x7fc0);
        static final Small F8_E5M2 = new Small(5, 2, 0x7b, 0x7c, 0x7f);
        static final Small F8_E4M3 = new Small(4, 3, 0x7e, 0x7f, 0x7f);

        int code(double value) {
            int sign = Double.doubleToRawLongBits(value) < 0 ? 1 << (exponentBits + mantissaBits) : 0;
            return sign | (Double.isNaN(value) ? nan : magnitude(Math.abs(value)));
        }

        private int magnitude(double value) {
            int least = 2 - (1 << (exponentBits - 1));
            int exponent = Math.max(Math.getExponent(value), least);
            if (exponent > 2 - least) {
                return overflow;
            }
            // A number below the least exponent is a multiple of the same unit; one that rounds up to the next exponent
            // carries into it.
            int units = (int) Math.rint(Math.scalb(value, mantissaBits - exponent));
            int code = ((exponent - least) << mantissaBits) + units;
            return code > largest ? overflow : code;
        }
    }
}
