package org.normscope.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.tensor.DType;

class EncoderTest {
    private static double stored(DType dtype, double value) {
        byte[] bytes = new byte[dtype.bytes()];
        Encoder.encode(dtype, new double[] {value}, 0, 1, bytes);
        return decode(dtype, bytes, 1)[0];
    }

    private static double[] decode(DType dtype, byte[] bytes, int count) {
        double[] values = new double[count];
        Decoder.decode(dtype, bytes, 0, values, 0, count);
        return values;
    }

    /** All numbers of a type that are not negative, ascending. */
    private static double[] magnitudes(DType dtype) {
        int codes = 1 << (dtype.bits() - 1);
        byte[] bytes = new byte[codes * dtype.bytes()];
        for (int code = 0; code < codes; code++) {
            bytes[code * dtype.bytes()] = (byte) code;
            if (dtype.bytes() == 2) {
                bytes[2 * code + 1] = (byte) (code >> 8);
            }
        }
        return Arrays.stream(decode(dtype, bytes, codes))
                .filter(Double::isFinite)
                .toArray();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"F16", "BF16", "F8_E4M3", "F8_E5M2"})
    void everyNumberOfATypeStaysWhatItIs(DType dtype) {
        double[] numbers = magnitudes(dtype);
        for (double number : numbers) {
            assertThat(stored(dtype, number)).isEqualTo(number);
            assertThat(Double.compare(stored(dtype, -number), -number)).isZero();
        }
        assertThat(numbers).hasSizeGreaterThan(120).isSorted();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(names = {"F16", "BF16", "F8_E4M3", "F8_E5M2"})
    void betweenTwoNumbersTheNearerIsTakenAndTheEvenOneInTheMiddle(DType dtype) {
        double[] numbers = magnitudes(dtype);
        for (int code = 0; code + 1 < numbers.length; code++) {
            double low = numbers[code];
            double high = numbers[code + 1];
            double middle = low + (high - low) / 2;
            assertThat(stored(dtype, middle)).as("code %#x", code).isEqualTo(code % 2 == 0 ? low : high);
            assertThat(stored(dtype, Math.nextDown(middle))).isEqualTo(low);
            assertThat(stored(dtype, Math.nextUp(middle))).isEqualTo(high);
            assertThat(stored(dtype, -Math.nextUp(middle))).isEqualTo(-high);
        }
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource({
        "F16, 65519.99, 65504",
        "F16, 65520, Infinity",
        "F16, -1e300, -Infinity",
        "BF16, 3.3961775292304601e38, Infinity",
        "F8_E5M2, 61439, 57344",
        "F8_E5M2, 61440, Infinity",
        "F8_E4M3, 464, 448",
        "F8_E4M3, 464.1, NaN",
        "F8_E4M3, -1e9, NaN",
        "F8_E4M3, Infinity, NaN",
        "F32, 1e39, Infinity",
        "F32, 0.1, 0.10000000149011612",
        "F64, 0.1, 0.1",
        "F16, NaN, NaN",
        "BF16, NaN, NaN",
        "F8_E5M2, NaN, NaN",
        "BF16, 1e-300, 0"
    })
    void whatIsOutOfRangeIsWhatTorchMakesOfIt(DType dtype, double value, double expected) {
        assertThat(stored(dtype, value)).isEqualTo(Double.valueOf(expected));
    }

    @Test
    void roundingThroughFloatWouldRoundTwice() {
        double justAboveTheMiddle = 1 + 0x1p-8 + 0x1p-40;
        assertThat(stored(DType.BF16, justAboveTheMiddle)).isEqualTo(1 + 0x1p-7);
        assertThat(stored(DType.BF16, (float) justAboveTheMiddle)).isEqualTo(1);
    }

    @Test
    void aStretchIsEncodedFromWhereItBegins() {
        double[] source = new SplittableRandom(5).doubles(20, -2, 2).toArray();
        byte[] target = new byte[8 * 7];
        Encoder.encode(DType.F64, source, 3, 7, target);
        assertThat(decode(DType.F64, target, 7)).containsExactly(Arrays.copyOfRange(source, 3, 10));
    }

    @Test
    void refusesTypesThatAreNoNumbers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoder.encode(DType.I32, new double[1], 0, 1, new byte[4]))
                .withMessageContaining("I32");
    }
}
