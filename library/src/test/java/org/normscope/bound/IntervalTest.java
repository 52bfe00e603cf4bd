package org.normscope.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntervalTest {
    @Test
    void estimatesAreMovedIntoTheInterval() {
        assertThat(Interval.around(1, 0.5, 2, Certificate.RIGOROUS, 0).estimate())
                .isEqualTo(1);
        assertThat(Interval.around(1, 2.5, 2, Certificate.RIGOROUS, 0).estimate())
                .isEqualTo(2);
        assertThat(Interval.around(1, 1.5, 2, Certificate.RIGOROUS, 0).estimate())
                .isEqualTo(1.5);
        assertThat(Interval.lowerOnly(1, 0.5).estimate()).isEqualTo(1);
    }

    @Test
    void onlyAProbabilisticBoundHasAFailureProbability() {
        assertThat(Interval.around(1, 1, 2, Certificate.PROBABILISTIC, 1e-12).failureProbability())
                .isEqualTo(1e-12);
        assertThat(Interval.around(1, 1, 2, Certificate.ENERGY, 1e-12).failureProbability())
                .isZero();
        LowerBound one = new LowerBound(1);
        UpperBound two = new UpperBound(2);
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(one, two, 1, Certificate.RIGOROUS, 1e-3));
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(one, two, 1, Certificate.PROBABILISTIC, 0));
    }

    @Test
    void refusesContradictions() {
        LowerBound two = new LowerBound(2);
        UpperBound one = new UpperBound(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(two, one, 1.5, Certificate.RIGOROUS, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(two, null, 2, Certificate.RIGOROUS, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(two, one, 2, Certificate.LOWER_ONLY, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Interval(two, null, Double.NaN, Certificate.LOWER_ONLY, 0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, -1e-300})
    void noBoundIsNegativeInfiniteOrNotANumber(double value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new LowerBound(value));
        assertThatIllegalArgumentException().isThrownBy(() -> new UpperBound(value));
    }

    @Test
    void scalingByAPowerOfTwoScalesEverything() {
        Interval interval = Interval.around(1, 1.5, 2, Certificate.PROBABILISTIC, 1e-6);
        assertThat(interval.scaled(-100))
                .isEqualTo(Interval.around(0x1p-100, 1.5 * 0x1p-100, 0x1p-99, Certificate.PROBABILISTIC, 1e-6));
        assertThat(interval.scaled(0)).isSameAs(interval);
        assertThat(Interval.lowerOnly(1, 2).scaled(3)).isEqualTo(Interval.lowerOnly(8, 16));
    }

    @Test
    void boundsMoveOutwardsWhereTheResultIsSubnormal() {
        double third = 1.0 / 3;
        for (int exponent = -1074; exponent <= -1020; exponent++) {
            Interval tiny = Interval.around(third, third, third, Certificate.RIGOROUS, 0)
                    .scaled(exponent);
            double upper = tiny.upper().orElseThrow().value();
            assertThat(Math.scalb(tiny.lower().value(), -exponent)).isLessThanOrEqualTo(third);
            assertThat(Math.scalb(upper, -exponent)).isGreaterThanOrEqualTo(third);
        }
    }

    @Test
    void widthIsRelativeToTheLowerBound() {
        assertThat(Interval.around(4, 4, 5, Certificate.ENERGY, 0).relativeWidth())
                .isEqualTo(0.25);
        assertThat(Interval.around(0, 0, 0, Certificate.EXACT, 0).relativeWidth())
                .isZero();
        assertThat(Interval.around(0, 0, 1, Certificate.ENERGY, 0).relativeWidth())
                .isInfinite();
        assertThat(Interval.lowerOnly(1, 1).relativeWidth()).isInfinite();
    }

    @Test
    void wordsAreThoseOfTheReport() {
        assertThat(Certificate.values())
                .extracting(Certificate::word)
                .containsExactly("exact", "rigorous", "energy", "probabilistic", "lower_only");
    }
}
