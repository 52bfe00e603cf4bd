package org.normscope.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WideBoundTest {
    private static final MathContext FINE = new MathContext(60);
    private static final BigDecimal ULPS = BigDecimal.valueOf(1 + 4 * 0x1p-52);

    @Test
    void everyOperationRoundsUpByAtMostAFewUnits() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            double a = number(random);
            double b = number(random);
            BigDecimal x = new BigDecimal(a);
            BigDecimal y = new BigDecimal(b);
            WideBound wideA = WideBound.of(a);
            WideBound wideB = WideBound.of(b);
            check(seed, wideA.times(wideB), x.multiply(y));
            check(seed, wideA.plus(wideB), x.add(y));
            check(seed, wideA.over(new LowerBound(b)), x.divide(y, FINE));
            check(seed, wideA.root(), x.sqrt(FINE));
            check(seed, wideA.hypot(wideB), x.multiply(x).add(y.multiply(y)).sqrt(FINE));
            assertThat(wideA.compareTo(wideB)).as("seed %d", seed).isEqualTo(Double.compare(a, b));
        }
    }

    @Test
    void exactResultsStayExact() {
        assertThat(WideBound.of(3).times(4).narrow()).contains(new UpperBound(12));
        assertThat(WideBound.of(3).plus(WideBound.of(0.5)).narrow()).contains(new UpperBound(3.5));
        assertThat(WideBound.of(3).hypot(WideBound.of(4)).narrow()).contains(new UpperBound(5));
        assertThat(WideBound.of(0.75).times(WideBound.ONE)).isEqualTo(WideBound.of(0.75));
        assertThat(WideBound.of(7).over(new LowerBound(0.5)).narrow()).contains(new UpperBound(14));
        assertThat(WideBound.of(Double.MIN_VALUE).narrow()).contains(new UpperBound(Double.MIN_VALUE));
        assertThat(WideBound.of(Double.MAX_VALUE).narrow()).contains(new UpperBound(Double.MAX_VALUE));
    }

    @Test
    void productsFarAboveTheLargestDoubleAreKept() {
        WideBound product = WideBound.ONE;
        for (int i = 0; i < 1000; i++) {
            product = product.times(1e300);
        }
        assertThat(product.narrow()).isEmpty();
        assertThat(product.log10()).isBetween(300_000.0, 300_000.0 + 1e-9);
        assertThat(product.plus(WideBound.ONE)).isGreaterThan(product);
        WideBound back = product;
        for (int i = 0; i < 1000; i++) {
            back = back.over(new LowerBound(1e300));
        }
        assertThat(back.narrow().orElseThrow().value()).isBetween(1.0, 1 + 1e-12);
    }

    @Test
    void zeroIsABoundWithoutALogarithm() {
        assertThat(WideBound.of(0)).isEqualTo(WideBound.ZERO);
        assertThat(WideBound.ZERO.times(1e300).plus(WideBound.ZERO)).isEqualTo(WideBound.ZERO);
        assertThat(WideBound.ZERO.hypot(WideBound.of(2))).isEqualTo(WideBound.of(2));
        assertThat(WideBound.ZERO.root()).isEqualTo(WideBound.ZERO);
        assertThat(WideBound.ZERO.log10()).isNegative().isInfinite();
        assertThat(WideBound.ZERO.narrow()).contains(new UpperBound(0));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> WideBound.ONE.over(new LowerBound(0)));
    }

    @Test
    void logarithmsRoundUp() {
        assertThat(WideBound.ONE.log10()).isZero();
        assertThat(WideBound.of(1000).log10()).isBetween(3.0, 3 + 1e-14);
        double justBelowOne = Math.nextDown(1.0);
        assertThat(WideBound.of(justBelowOne).log10()).isGreaterThan(-0x1p-53 / Math.log(10));
        assertThat(WideBound.of(1e-300).times(1e-300).log10()).isBetween(-600.0, -600 + 1e-9);
    }

    @Test
    void whatIsNoNumberIsNoBound() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> WideBound.of(Double.NaN));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> WideBound.of(-1));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new WideBound(2, 0));
    }

    private static double number(Random random) {
        double scale = random.nextInt(4) == 0 ? 140 : 8;
        return (0.1 + random.nextDouble()) * Math.pow(10, scale * (2 * random.nextDouble() - 1));
    }

    private static void check(long seed, WideBound bound, BigDecimal exact) {
        BigDecimal value = new BigDecimal(bound.significand())
                .multiply(
                        bound.exponent() >= 0
                                ? BigDecimal.valueOf(2).pow(bound.exponent())
                                : BigDecimal.ONE.divide(BigDecimal.valueOf(2).pow(-bound.exponent())));
        assertThat(value).as("seed %d", seed).isBetween(exact, exact.multiply(ULPS));
    }
}
