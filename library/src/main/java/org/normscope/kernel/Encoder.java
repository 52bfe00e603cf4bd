package org.normscope.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.normscope.tensor.DType;

/**
 * Doubles to stored little-endian elements, each rounded once to the nearest number of the type, ties to even, straight from the double:
 * the inverse of {@link Decoder}. What is too large becomes infinite, or NaN in {@code F8_E4M3}, which has no infinity, as torch casts it.
 */
public final class Encoder {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle FLOAT = view(float[].class);
    private static final VarHandle DOUBLE = view(double[].class);

    private Encoder() {}

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Encodes {@code count} numbers.
     *
     * @param source {@code count} numbers from {@code from} on. Not modified.
     * @param target Modified: {@code count} elements from its beginning on
     * @throws IllegalArgumentException if the type isn't of kind FLOAT
     * @throws IndexOutOfBoundsException if source or target are too short
     */
    public static void encode(DType dtype, double[] source, int from, int count, byte[] target) {
        switch (dtype) {
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    DOUBLE.set(target, 8 * i, source[from + i]);
                }
            }
            case F32 -> {
                for (int i = 0; i < count; i++) {
                    FLOAT.set(target, 4 * i, (float) source[from + i]);
                }
            }
            case F16 -> shorts(Small.F16, source, from, count, target);
            case BF16 -> shorts(Small.BF16, source, from, count, target);
            case F8_E4M3 -> bytes(Small.F8_E4M3, source, from, count, target);
            case F8_E5M2 -> bytes(Small.F8_E5M2, source, from, count, target);
            default -> throw new IllegalArgumentException(dtype + " can't be written");
        }
    }

    private static void shorts(Small type, double[] source, int from, int count, byte[] target) {
        for (int i = 0; i < count; i++) {
            SHORT.set(target, 2 * i, (short) type.code(source[from + i]));
        }
    }

    private static void bytes(Small type, double[] source, int from, int count, byte[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = (byte) type.code(source[from + i]);
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
            int exponent = Math.getExponent(value);
            if (exponent > 2 - least) {
                return overflow;
            }
            int code = exponent < least ? belowNormal(value, least) : normal(Double.doubleToRawLongBits(value), least);
            return code > largest ? overflow : code;
        }

        /** A multiple of the type's smallest number; one that rounds up to the least exponent carries into it. */
        private int belowNormal(double value, int least) {
            return (int) Math.rint(Math.scalb(value, mantissaBits - least));
        }

        /** Rounds the mantissa to even; one that rounds up to the next exponent carries into it. */
        private int normal(long bits, int least) {
            int dropped = 52 - mantissaBits;
            long half = (1L << (dropped - 1)) - 1 + ((bits >>> dropped) & 1);
            long exponents = (long) (Double.MAX_EXPONENT + least - 1) << mantissaBits;
            return (int) (((bits + half) >>> dropped) - exponents);
        }
    }
}
