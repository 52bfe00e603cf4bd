package org.normscope.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class SlabGridTest {
    @Test
    void slabsTileEveryMatrix() {
        for (long rows = 1; rows <= 24; rows++) {
            for (long cols = 1; cols <= 24; cols++) {
                for (int elementBytes : new int[] {1, 2, 4, 8}) {
                    for (long blockBytes : new long[] {1, 7, 8, 24, 64, 100, 1000, 1L << 40}) {
                        tiles(new MatrixShape(rows, cols), elementBytes, blockBytes);
                    }
                }
            }
        }
    }

    private static void tiles(MatrixShape shape, int elementBytes, long blockBytes) {
        SlabGrid grid = SlabGrid.of(shape, elementBytes, blockBytes);
        long line = shape.shortSide() * elementBytes;
        long at = 0;
        long bytes = 0;
        for (int i = 0; i < grid.slabs(); i++) {
            assertThat(grid.start(i)).isEqualTo(at);
            assertThat(grid.length(i)).as("%s slab %d", grid, i).isPositive();
            assertThat(grid.bytes(i)).isEqualTo((int) (grid.length(i) * line));
            assertThat(grid.bytes(i)).isLessThanOrEqualTo((int) Math.max(line, Math.min(blockBytes, 1 << 30)));
            at += grid.length(i);
            bytes += grid.bytes(i);
        }
        assertThat(at).as("%s", grid).isEqualTo(shape.longSide());
        assertThat(bytes).isEqualTo(shape.rows() * shape.cols() * elementBytes);
    }

    @Test
    void slabsAreAsLongAsTheBlockAllows() {
        SlabGrid grid = SlabGrid.of(new MatrixShape(1000, 10), 4, 4096);
        assertThat(grid.slabLength()).isEqualTo(102);
        assertThat(grid.slabs()).isEqualTo(10);
        assertThat(grid.length(9)).isEqualTo(82);
    }

    @Test
    void countsBeyondTheRangeOfAnInt() {
        SlabGrid grid = SlabGrid.of(new MatrixShape(5_000_000_000L, 3), 8, 64 << 20);
        assertThat(grid.slabs()).isEqualTo(1789);
        assertThat(grid.start(1788)).isEqualTo(1788L * grid.slabLength());
        assertThat(grid.start(1788) + grid.length(1788)).isEqualTo(5_000_000_000L);
    }

    @Test
    void aSlabNeverExceedsWhatAnArrayHolds() {
        SlabGrid grid = SlabGrid.of(new MatrixShape(1L << 31, 4), 8, Long.MAX_VALUE);
        assertThat(grid.bytes(0)).isEqualTo((int) SlabGrid.LARGEST_SLAB);
    }

    @Test
    void refusesALineThatNoArrayHolds() {
        MatrixShape shape = new MatrixShape(1L << 31, 1L << 30);
        assertThat(SlabGrid.of(shape, 1, 4096).slabLength()).isEqualTo(1);
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> SlabGrid.of(shape, 2, 4096))
                .withMessageContaining("2147483648");
        MatrixShape absurd = new MatrixShape(1L << 61, 1L << 61);
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> SlabGrid.of(absurd, 8, 4096));
    }
}
