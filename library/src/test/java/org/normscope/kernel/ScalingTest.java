package org.normscope.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.tensor.DType;

/** The oracle is the formula of the factor of entry (i, j). */
class ScalingTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 100", "7, 1, 2", "3, 20, 1", "1, 20, 14", "4, 3, 4", "5, 8, 3"})
    void everyEntryGetsTheFactorOfItsRowAndColumn(int across, int rows, int cols) {
        int height = 20;
        int width = 14;
        Random random = new Random(across);
        double[] factors = random.doubles((long) across * ((height + rows - 1) / rows), 1, 2)
                .toArray();
        Scaling scaling = new Scaling(factors, across, rows, cols, 0);
        for (int row = 0; row < height; row += 5) {
            for (int col = 0; col < width; col += 3) {
                Slab slab = SlabTest.random(row, DType.F32, 5, width - col);
                int top = row;
                int left = col;
                slab.forEachTile(
                        1,
                        (plain, first, lines) -> assertScaled(
                                slab.scaled(scaling.rows(top, left)),
                                (l, j) -> plain[l * slab.m() + j]
                                        * factors[(top + l) / rows * across + (left + j) / cols % across]));
                Slab wide = SlabTest.random(row, DType.F32, Math.min(3, width - col), 5);
                wide.forEachTile(
                        1,
                        (plain, first, lines) -> assertScaled(
                                wide.scaled(scaling.columns(left, top)),
                                (l, j) -> plain[l * wide.m() + j]
                                        * factors[(top + j) / rows * across + (left + l) / cols % across]));
            }
        }
    }

    @FunctionalInterface
    private interface Entry {
        double at(int line, int entry);
    }

    private static void assertScaled(Slab slab, Entry expected) {
        slab.forEachTile(1, (tile, first, lines) -> {
            for (int l = 0; l < lines; l++) {
                for (int j = 0; j < slab.m(); j++) {
                    assertThat(tile[l * slab.m() + j]).isEqualTo(expected.at(first + l, j));
                }
            }
        });
    }

    @Test
    void factorsMustFillBands() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Scaling(new double[5], 2, 1, 1, 0));
    }
}
