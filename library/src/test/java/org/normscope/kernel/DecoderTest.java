package org.normscope.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.tensor.DType;

class DecoderTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({"F16, 5, 10", "BF16, 8, 7", "F8_E4M3, 4, 3", "F8_E5M2, 5, 2"})
    void everyCodeOfASmallTypeIsWhatItsDefinitionSays(DType dtype, int exponentBits, int mantissaBits) {
        int codes = 1 << dtype.bits();
        ByteBuffer stored = ByteBuffer.allocate(codes * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int code = 0; code < codes; code++) {
            if (dtype.bytes() == 1) {
                stored.put((byte) code);
            } else {
                stored.putShort((short) code);
            }
        }
        double[] decoded = decode(dtype, stored);
        for (int code = 0; code < codes; code++) {
            double expected = defined(dtype, code, exponentBits, mantissaBits);
            assertThat(bits(decoded[code])).as("code %#x", code).isEqualTo(bits(expected));
        }
    }

    /** Sign, exponent, mantissa in integers: a number is a whole multiple of the smallest one. */
    private static double defined(DType dtype, int code, int exponentBits, int mantissaBits) {
        int sign = code >> (dtype.bits() - 1);
        int exponent = (code >> mantissaBits) & ((1 << exponentBits) - 1);
        int mantissa = code & ((1 << mantissaBits) - 1);
        boolean last = exponent == (1 << exponentBits) - 1;
        double magnitude;
        if (dtype == DType.F8_E4M3 && last && mantissa == 7) {
            magnitude = Double.NaN;
        } else if (dtype != DType.F8_E4M3 && last) {
            magnitude = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else {
            int units = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
            magnitude = units * Math.pow(2, Math.max(exponent, 1) - 1) * dtype.smallest();
        }
        return sign == 0 ? magnitude : -magnitude;
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource({
        "F8_E4M3, 0x7e, 448",
        "F8_E4M3, 0x01, 0.001953125",
        "F8_E4M3, 0xb8, -1",
        "F8_E5M2, 0x7b, 57344",
        "F8_E5M2, 0xfc, -Infinity",
        "F8_E5M2, 0x01, 1.52587890625E-5",
        "F8_E5M2, 0x3c, 1",
        "F16, 0x7bff, 65504",
        "F16, 0x3555, 0.333251953125",
        "F16, 0x8001, -5.960464477539063E-8",
        "BF16, 0x4049, 3.140625",
        "BF16, 0xff80, -Infinity"
    })
    void knownCodesHaveTheirPublishedValues(DType dtype, String code, double value) {
        int bits = Integer.decode(code);
        byte[] stored = {(byte) bits, (byte) (bits >> 8)};
        double[] decoded = new double[1];
        Decoder.decode(dtype, stored, 0, decoded, 0, 1);
        assertThat(decoded[0]).isEqualTo(value);
    }

    @Test
    void floatsAreWhatJavaMakesOfTheirBits() {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        int[] bits = random.ints(100_000).toArray();
        int[] special = {0, 1 << 31, 1, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f7fffff, 0x00800000, 0x007fffff};
        System.arraycopy(special, 0, bits, 0, special.length);
        ByteBuffer stored = ByteBuffer.allocate(4 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        stored.asIntBuffer().put(bits);
        double[] decoded = decode(DType.F32, stored);
        for (int i = 0; i < bits.length; i++) {
            double expected = Float.intBitsToFloat(bits[i]);
            assertThat(bits(decoded[i])).as("seed %d, bits %#x", seed, bits[i]).isEqualTo(bits(expected));
        }
    }

    @Test
    void doublesAreTakenBitForBit() {
        long seed = 12;
        SplittableRandom random = new SplittableRandom(seed);
        long[] bits = random.longs(100_000).toArray();
        long[] special = {0, 1L << 63, 1, 0x7ff0000000000000L, 0xfff0000000000000L, 0x7ff8000000000000L};
        System.arraycopy(special, 0, bits, 0, special.length);
        ByteBuffer stored = ByteBuffer.allocate(8 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        stored.asLongBuffer().put(bits);
        double[] decoded = decode(DType.F64, stored);
        for (int i = 0; i < bits.length; i++) {
            double expected = Double.longBitsToDouble(bits[i]);
            assertThat(bits(decoded[i])).as("seed %d, bits %#x", seed, bits[i]).isEqualTo(bits(expected));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
    void decodesAPartAndLeavesTheRestAlone(DType dtype) {
        byte[] stored = new byte[5 * dtype.bytes()];
        stored[3 * dtype.bytes() - 1] = 0x3e;
        double[] target = {7, 7, 7, 7};
        Decoder.decode(dtype, stored, dtype.bytes(), target, 1, 2);
        assertThat(target[0]).isEqualTo(7);
        assertThat(target[1]).isEqualTo(0);
        assertThat(target[2]).isGreaterThan(0).isLessThan(2);
        assertThat(target[3]).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void decodesExactlyTheTypesOfKindFloat(DType dtype) {
        double[] target = new double[1];
        if (dtype.kind() == DType.Kind.FLOAT) {
            Decoder.decode(dtype, new byte[8], 0, target, 0, 1);
            assertThat(target[0]).isEqualTo(0);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Decoder.decode(dtype, new byte[8], 0, target, 0, 1))
                    .withMessageContaining(dtype.name());
        }
    }

    /** Tells zeros of both signs apart, but not one NaN from another. */
    private static long bits(double value) {
        return Double.doubleToLongBits(value);
    }

    private static double[] decode(DType dtype, ByteBuffer stored) {
        int count = stored.capacity() / dtype.bytes();
        double[] decoded = new double[count];
        Decoder.decode(dtype, stored.array(), 0, decoded, 0, count);
        return decoded;
    }
}
