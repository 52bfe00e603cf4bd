package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1, 1, 1",
        "1.23456789, 1.23456, 1.23457",
        "99999999, 99999900, 1e8",
        "12345678, 12345600, 12345700",
        "1e-300, 9.99999e-301, 1e-300",
        "0.00012345678, 0.000123456, 0.000123457",
    })
    void boundsAreRoundedOutwards(double value, String down, String up) {
        assertThat(Double.parseDouble(Figures.down(value))).isLessThanOrEqualTo(value);
        assertThat(Double.parseDouble(Figures.up(value))).isGreaterThanOrEqualTo(value);
        if (value != 1e-300) {
            assertThat(Figures.down(value)).isEqualTo(down);
            assertThat(Figures.up(value)).isEqualTo(up);
        }
    }

    @Test
    void whatIsPrintedIsStillABound() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 10_000; i++) {
            double value = Math.scalb(random.nextDouble(), random.nextInt(-1000, 1000));
            assertThat(Double.parseDouble(Figures.down(value))).isLessThanOrEqualTo(value);
            assertThat(Double.parseDouble(Figures.up(value))).isGreaterThanOrEqualTo(value);
        }
    }

    @Test
    void countsAndSizesReadAloud() {
        assertThat(Figures.count(1, "matrix")).isEqualTo("1 matrix");
        assertThat(Figures.count(2, "matrix")).isEqualTo("2 matrices");
        assertThat(Figures.count(0, "file")).isEqualTo("0 files");
        assertThat(Figures.bytes(1023)).isEqualTo("1023 bytes");
        assertThat(Figures.bytes(64L << 20)).isEqualTo("64.0 MB");
        assertThat(Figures.bytes(Long.MAX_VALUE)).isEqualTo("8.0 EB");
    }
}
