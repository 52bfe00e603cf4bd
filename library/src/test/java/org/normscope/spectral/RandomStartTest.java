package org.normscope.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomStartTest {
    @Test
    void theSameKeyGivesTheSameNumbers() {
        assertThat(new RandomStart(3, "a", 1).gaussian(20, 4).values())
                .isEqualTo(new RandomStart(3, "a", 1).gaussian(20, 4).values());
    }

    @Test
    void everyPartOfTheKeyCounts() {
        double[] first = new RandomStart(3, "a", 1).gaussian(20, 4).values();
        for (RandomStart other : new RandomStart[] {
            new RandomStart(4, "a", 1),
            new RandomStart(3, "b", 1),
            new RandomStart(3, "a", 2),
            new RandomStart(3, "", 1)
        }) {
            double[] second = other.gaussian(20, 4).values();
            assertThat(Arrays.stream(second).filter(x -> contains(first, x)))
                    .as("%s", other)
                    .isEmpty();
        }
    }

    private static boolean contains(double[] values, double wanted) {
        return Arrays.stream(values).anyMatch(value -> value == wanted);
    }

    @Test
    void numbersAreStandardNormal() {
        double[] values = new RandomStart(5, "moments", 0).gaussian(100_000, 4).values();
        double error = 5 / Math.sqrt(values.length);
        assertThat(moment(values, 1)).isCloseTo(0, within(error));
        assertThat(moment(values, 2)).isCloseTo(1, within(2 * error));
        assertThat(moment(values, 4)).isCloseTo(3, within(10 * error));
        double beyondTwo = Arrays.stream(values).filter(x -> Math.abs(x) > 2).count() / (double) values.length;
        assertThat(beyondTwo).isCloseTo(0.0455, within(error));
    }

    private static double moment(double[] values, int power) {
        return Arrays.stream(values).map(x -> Math.pow(x, power)).sum() / values.length;
    }
}
