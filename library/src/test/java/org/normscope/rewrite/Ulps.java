package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import org.normscope.kernel.Encoder;
import org.normscope.tensor.DType;
import org.normscope.testing.WrittenCheckpoint;

/** Stored numbers that are the same but for so many units in the last place of their type. */
final class Ulps {
    private Ulps() {}

    static void assertWithin(int ulps, DType dtype, double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected).isNotEmpty();
        for (int i = 0; i < actual.length; i++) {
            // AssertJ's isCloseTo rounds what it compares.
            double most = ulps * ulp(dtype, expected[i]);
            assertThat(Math.abs(actual[i] - expected[i]) <= most)
                    .as("entry %d: %s for %s", i, actual[i], expected[i])
                    .isTrue();
        }
    }

    /** The distance from a number of the type to its neighbor above. */
    static double ulp(DType dtype, double value) {
        double unit = Math.scalb(2 * dtype.unitRoundoff(), Math.getExponent(value));
        return Math.max(unit, dtype.smallest());
    }

    /** Numbers as they are stored, each rounded once. */
    static byte[] encoded(DType dtype, double... values) {
        byte[] stored = new byte[values.length * dtype.bytes()];
        Encoder.encode(dtype, values, 0, values.length, stored);
        return stored;
    }

    static double rounded(DType dtype, double value) {
        return WrittenCheckpoint.decoded(dtype, encoded(dtype, value))[0];
    }
}
