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
    private static final int DOUBLE_MANTISSA = 52;
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

    /** A floating type of at most 16 bits. */
    private static final class Small {
        static final Small F16 = new Small(5, 10, new Ends(0x7bff, 0x7c00, 0x7e00));
        static final Small BF16 = new Small(8, 7, new Ends(0x7f7f, 0x7f80, 0x7fc0));
        static final Small F8_E5M2 = new Small(5, 2, new Ends(0x7b, 0x7c, 0x7f));
        static final Small F8_E4M3 = new Small(4, 3, new Ends(0x7e, 0x7f, 0x7f));

        private final Ends ends;
        private final int signBit;
        private final int mantissaBits;
        private final int leastExponent;
        /** Bits of a double's mantissa that are lost. */
        private final int lost;
        /** What the exponent's bias in a double exceeds that of this type by, in units of the code. */
        private final long biases;
        /** The bits of the least normal number as a double, and those of the largest number. */
        private final long least;

        private final long most;

        /**
         * Codes at the end of the range.
         *
         * @param largest of the largest finite number
         * @param overflow of what is larger
         * @param nan of NaN
         */
        private record Ends(int largest, int overflow, int nan) {}

        /**
         * @param exponentBits bits of the exponent, biased by {@code 2^(exponentBits - 1) - 1}
         * @param mantissaBits bits of the mantissa
         */
        Small(int exponentBits, int mantissaBits, Ends ends) {
            this.ends = ends;
            this.mantissaBits = mantissaBits;
            this.signBit = exponentBits + mantissaBits;
            this.leastExponent = 2 - (1 << (exponentBits - 1));
            this.lost = DOUBLE_MANTISSA - mantissaBits;
            this.biases = (long) (Double.MAX_EXPONENT + leastExponent - 1) << mantissaBits;
            this.least = Double.doubleToRawLongBits(Math.scalb(1.0, leastExponent));
            this.most = (ends.largest + biases) << lost;
        }

        int code(double value) {
            long bits = Double.doubleToRawLongBits(value);
            long magnitude = bits & Long.MAX_VALUE;
            int sign = (int) (bits >>> (Long.SIZE - 1)) << signBit;
            return sign | (magnitude >= least && magnitude <= most ? rounded(magnitude) : outside(Math.abs(value)));
        }

        /** Rounds the mantissa to even; one that rounds up to the next exponent carries into it. */
        private int rounded(long magnitude) {
            long half = (1L << (lost - 1)) - 1 + ((magnitude >>> lost) & 1);
            return (int) (((magnitude + half) >>> lost) - biases);
        }

        /** The code of what lies outside of the normal range. */
        private int outside(double value) {
            if (Double.isNaN(value)) {
                return ends.nan;
            }
            if (Math.getExponent(value) < leastExponent) {
                // A multiple of the smallest number; one that rounds up to the least normal number has its code.
                return (int) Math.rint(Math.scalb(value, mantissaBits - leastExponent));
            }
            int code = rounded(Double.doubleToRawLongBits(value));
            return code > ends.largest ? ends.overflow : code;
        }
    }
}
