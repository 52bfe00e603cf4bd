package org.normscope.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellTest {
    @ParameterizedTest
    @CsvSource({"1, 0, 0", "2, 2, 0", "0, 2, 6", "0, 0, 5", "1, 2, 3", "4, 4, 4", "0, 0, 0"})
    void cellsAndTheirMirrorImagesCoverEveryFrequencyOnce(int first, int second, int third) {
        int[] degrees = {first, second, third};
        List<Cell> cells = new ArrayList<>();
        Cell.halfOfAll(degrees).forEach(cell -> cells.addAll(cell.canSplit() ? cell.children() : List.of(cell)));
        Set<List<Long>> seen = new HashSet<>();
        long expected = 1;
        for (int dim = 0; dim < 3; dim++) {
            expected *= 1L << cells.get(0).bits()[dim];
        }
        for (Cell cell : cells) {
            assertThat(cell.cosine()).isPositive();
            assertThat(seen.add(index(cell, 1))).isTrue();
            if (cell.canSplit()) {
                assertThat(seen.add(index(cell, -1))).isTrue();
            }
        }
        assertThat(seen).hasSize((int) expected);
    }

    private static List<Long> index(Cell cell, int sign) {
        List<Long> index = new ArrayList<>();
        for (int dim = 0; dim < cell.index().length; dim++) {
            long count = 1L << cell.bits()[dim];
            index.add(sign > 0 ? cell.index()[dim] : count - 1 - cell.index()[dim]);
        }
        return index;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 45", "2, 90", "3, 135", "4, 180", "5, 225", "6, 270", "7, 315"})
    void anglesAreExactSharesOfATurn(int numerator, int degrees) {
        double turns = new Frequency(3, new long[] {numerator}).turns(new int[] {1});
        assertThat(turns).isEqualTo(degrees / 360.0);
        assertThat(new Frequency(3, new long[] {numerator}).turns(new int[] {-1}))
                .isEqualTo((1 - turns) % 1);
        assertThat(Math.abs(Turns.cosine(turns) - Math.cos(Math.toRadians(degrees))))
                .isLessThan(1e-15);
        assertThat(Math.abs(Turns.sine(turns) - Math.sin(Math.toRadians(degrees))))
                .isLessThan(1e-15);
        if (degrees % 90 == 0) {
            assertThat(Turns.cosine(turns) % 1).isZero();
            assertThat(Turns.sine(turns) % 1).isZero();
        }
    }
}
