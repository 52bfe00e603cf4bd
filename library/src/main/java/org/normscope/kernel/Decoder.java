package org.normscope.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.normscope.tensor.DType;

/** Stored little-endian elements to doubles; every finite value of every decoded type is exact in a double. */
public final class Decoder {
    private static final VarHandle SHORT = view(short[].class);
    private static final VarHandle FLOAT = view(float[].class);
    private static final VarHandle DOUBLE = view(double[].class);
    private static final double[] E4M3 = table(4, 3);
    private static final double[] E5M2 = table(5, 2);

    private Decoder() {}

    private static VarHandle view(Class<?> array) {
        return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Decodes {@code count} elements.
     *
     * @param from offset of the first element in {@code source}, in bytes
     * @param target Modified: {@code count} doubles from {@code to} on
     * @throws IllegalArgumentException if the type isn't of kind FLOAT
     * @throws IndexOutOfBoundsException if source or target are too short
     */
    public static void decode(DType dtype, byte[] source, int from, double[] target, int to, int count) {
        switch (dtype) {
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    target[to + i] = (double) DOUBLE.get(source, from + 8 * i);
                }
            }
            case F32 -> {
                for (int i = 0; i < count; i++) {
                    target[to + i] = (float) FLOAT.get(source, from + 4 * i);
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target[to + i] = Float.intBitsToFloat((short) SHORT.get(source, from + 2 * i) << 16);
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target[to + i] = half((short) SHORT.get(source, from + 2 * i));
                }
            }
            case F8_E4M3 -> lookUp(E4M3, source, from, target, to, count);
            case F8_E5M2 -> lookUp(E5M2, source, from, target, to, count);
            default -> throw new IllegalArgumentException(dtype + " is not decoded");
        }
    }

    private static void lookUp(double[] table, byte[] source, int from, double[] target, int to, int count) {
        for (int i = 0; i < count; i++) {
            target[to + i] = table[source[from + i] & 0xff];
        }
    }

    /** IEEE binary16; moving the exponent by a multiplication treats subnormal numbers like all others. */
    private static double half(short bits) {
        double magnitude = Double.longBitsToDouble((bits & 0x7fffL) << 42) * 0x1p1008;
        if (magnitude >= 0x1p16) {
            magnitude = (bits & 0x3ff) == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    /**
     * All 256 values of an eight-bit float. E5M2 is IEEE-like; E4M3 has no infinities, and only the pattern of all ones is
     * NaN (the OCP 8-bit floating point specification, "FN").
     */
    private static double[] table(int exponentBits, int mantissaBits) {
        double[] values = new double[256];
        int bias = (1 << (exponentBits - 1)) - 1;
        int largestExponent = (1 << exponentBits) - 1;
        for (int code = 0; code < 256; code++) {
            int exponent = (code & 0x7f) >> mantissaBits;
            int mantissa = code & ((1 << mantissaBits) - 1);
            double fraction = Math.scalb((double) mantissa, -mantissaBits);
            double magnitude =
                    exponent == 0 ? Math.scalb(fraction, 1 - bias) : Math.scalb(1 + fraction, exponent - bias);
            if (exponentBits == 5 && exponent == largestExponent) {
                magnitude = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            } else if (exponentBits == 4 && (code & 0x7f) == 0x7f) {
                magnitude = Double.NaN;
            }
            values[code] = code < 128 ? magnitude : -magnitude;
        }
        return values;
    }
}
