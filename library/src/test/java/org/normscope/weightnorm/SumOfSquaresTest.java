package org.normscope.weightnorm;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumOfSquaresTest {
    private static final MathContext EXACT_ENOUGH = new MathContext(60);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void sumsOfNumbersOfEverySizeStayWithinTheStatedError(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[random.nextInt(1, 3000)];
        int center = random.nextInt(-1000, 1000);
        int spread = random.nextInt(1, 60);
        for (int i = 0; i < values.length; i++) {
            int exponent = Math.max(-1074, Math.min(1022, center + random.nextInt(-spread, spread)));
            values[i] = random.nextInt(10) == 0 ? 0 : Math.scalb(random.nextDouble(-1, 1), exponent);
        }
        SumOfSquares oneByOne = SumOfSquares.ZERO;
        for (double value : values) {
            oneByOne = oneByOne.plus(SumOfSquares.of(value));
        }
        agrees(seed, oneByOne, values);
        agrees(seed, LineSquares.of(values, 0, values.length), values);
    }

    @Test
    void sumsOfMixedExtremesStayWithinTheStatedError() {
        double[] values = new double[777];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.scalb(1 + i * 1e-3, -1074 + 2095 * (i % 7) / 6);
        }
        agrees(0, LineSquares.of(values, 0, values.length), values);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            doubles = {
                Double.MIN_VALUE,
                Double.MIN_NORMAL,
                1e-300,
                0x1p-481,
                0x1p-480,
                1e-160,
                1,
                0x1p480,
                0x1.fp480,
                0x1p481,
                1e300,
                Double.MAX_VALUE
            })
    void oneNumberIsItsOwnNorm(double value) {
        assertThat(SumOfSquares.of(value).norm()).isEqualTo(value);
        assertThat(SumOfSquares.of(-value).norm()).isEqualTo(value);
        assertThat(LineSquares.of(new double[] {0, value, 0}, 0, 3).norm()).isEqualTo(value);
    }

    @Test
    void fourEqualNumbersHaveTwiceTheirNorm() {
        for (int exponent = -1074; exponent < 1023; exponent++) {
            SumOfSquares one = SumOfSquares.of(Math.scalb(1.0, exponent));
            assertThat(one.plus(one).plus(one.plus(one)).norm()).isEqualTo(Math.scalb(2.0, exponent));
        }
    }

    @Test
    void aNormBeyondTheLargestDoubleIsInfinite() {
        SumOfSquares largest = SumOfSquares.of(Double.MAX_VALUE);
        assertThat(largest.plus(largest).norm()).isInfinite();
        assertThat(largest.plus(largest).high()).isFinite();
    }

    @Test
    void nothingSumsToNothing() {
        assertThat(SumOfSquares.ZERO.norm()).isZero();
        assertThat(SumOfSquares.of(-0.0)).isEqualTo(SumOfSquares.ZERO);
        assertThat(LineSquares.of(new double[9], 0, 9).high()).isZero();
    }

    @Test
    void aPartOfAnArrayIsSummedAlone() {
        double[] values = new double[200];
        java.util.Arrays.fill(values, 1);
        assertThat(LineSquares.of(values, 3, 150).high()).isEqualTo(150);
        assertThat(LineSquares.of(values, 200, 0).high()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1e-300, 1e300})
    void infinityBesideAFiniteTermIsInfinity(double finite) {
        SumOfSquares infinite = SumOfSquares.of(Double.NEGATIVE_INFINITY);
        assertThat(infinite.plus(SumOfSquares.of(finite)).norm()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(SumOfSquares.of(finite).plus(infinite).norm()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(infinite.plus(infinite).plus(SumOfSquares.of(finite)).norm()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(LineSquares.of(new double[] {finite, Double.POSITIVE_INFINITY, finite}, 0, 3)
                        .norm())
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1e300, Double.POSITIVE_INFINITY})
    void nanBesideAnythingIsNaN(double other) {
        SumOfSquares nan = SumOfSquares.of(Double.NaN);
        assertThat(nan.plus(SumOfSquares.of(other)).norm()).isNaN();
        assertThat(SumOfSquares.of(other).plus(nan).norm()).isNaN();
        assertThat(LineSquares.of(new double[] {other, Double.NaN, other}, 0, 3).norm())
                .isNaN();
    }

    @Test
    void aSumThatDoublesTwoHundredTimesDoesntOverflow() {
        SumOfSquares sum = LineSquares.of(new double[] {0x1p499, 0x1p499, 0x1p499, 0x1p499}, 0, 4);
        for (int i = 0; i < 200; i++) {
            sum = sum.plus(sum);
        }
        assertThat(sum.norm()).isEqualTo(0x1p600);
    }

    private static void agrees(long seed, SumOfSquares sum, double[] values) {
        BigDecimal exact = BigDecimal.ZERO;
        for (double value : values) {
            exact = exact.add(new BigDecimal(value).pow(2));
        }
        BigDecimal computed = new BigDecimal(sum.high())
                .add(new BigDecimal(sum.low()))
                .multiply(BigDecimal.valueOf(2).pow(2 * sum.exponent(), EXACT_ENOUGH));
        double error = computed.divide(exact, EXACT_ENOUGH)
                .subtract(BigDecimal.ONE)
                .abs()
                .doubleValue();
        assertThat(error).as("seed %d, sum %s", seed, sum).isLessThanOrEqualTo(SumOfSquares.RELATIVE_ERROR);
    }
}
