package org.normscope.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockGridTest {
    @Test
    void blocksTileEveryMatrix() {
        for (long rows = 1; rows <= 17; rows++) {
            for (long cols = 1; cols <= 17; cols++) {
                for (int elementBytes : new int[] {1, 2, 4, 8}) {
                    for (long blockBytes : new long[] {1, 7, 8, 24, 64, 100, 1000, 1L << 40}) {
                        tiles(new MatrixShape(rows, cols), elementBytes, blockBytes);
                    }
                }
            }
        }
    }

    private static void tiles(MatrixShape shape, int elementBytes, long blockBytes) {
        BlockGrid grid = BlockGrid.of(shape, elementBytes, blockBytes);
        int m = (int) shape.shortSide();
        boolean[] covered = new boolean[(int) (shape.longSide() * m)];
        int area = 0;
        for (int block = 0; block < grid.blocks(); block++) {
            int band = grid.band(block);
            int position = grid.position(block);
            if (grid.block(band, position) != block
                    || grid.bytes(block) > Math.max(elementBytes, blockBytes)
                    || grid.bytes(block) <= 0) {
                throw new AssertionError(grid + " block " + block);
            }
            for (int l = 0; l < grid.bands().length(band); l++) {
                for (int s = 0; s < grid.width(position); s++) {
                    int entry = (int) (grid.bands().start(band) + l) * m + grid.left(position) + s;
                    if (covered[entry]) {
                        throw new AssertionError(grid + " has entry " + entry + " twice");
                    }
                    covered[entry] = true;
                    area++;
                }
            }
        }
        assertThat(area).as("%s", grid).isEqualTo(covered.length);
        assertThat(grid.isCutAcross()).isEqualTo(m > 1 && (long) m * elementBytes > blockBytes);
    }

    @Test
    void aSumAlongACutLineHasNoMoreRoundingsThanALineHasEntries() {
        for (int m = 1; m <= 600; m++) {
            for (long blockBytes : new long[] {1, 2, 9, 64, 100, 399, 4096}) {
                BlockGrid grid = BlockGrid.of(new MatrixShape(1000, m), 1, blockBytes);
                assertThat(grid.blockWidth() + grid.across()).isLessThanOrEqualTo(m + 1);
            }
        }
    }

    @Test
    void linesThatFitABlockStayWhole() {
        MatrixShape shape = new MatrixShape(1000, 10);
        assertThat(BlockGrid.of(shape, 4, 4096)).isEqualTo(BlockGrid.ofWholeLines(SlabGrid.of(shape, 4, 4096)));
    }

    @Test
    void blocksAreAboutAsLongAsWide() {
        BlockGrid grid = BlockGrid.of(new MatrixShape(1100, 1500), 4, 4096);
        assertThat(grid.across()).isEqualTo(35);
        assertThat(grid.blockWidth()).isEqualTo(32);
        assertThat(grid.width(34)).isEqualTo(12);
        assertThat(grid.bands().slabLength()).isEqualTo(32);
        assertThat(grid.blocks()).isEqualTo(35 * 47);
    }

    @Test
    void aBlockNeverExceedsWhatAnArrayHolds() {
        BlockGrid grid = BlockGrid.of(new MatrixShape(1L << 29, 1L << 29), 4, Long.MAX_VALUE);
        assertThat(grid.bytes(0)).isEqualTo(1 << 30);
        assertThat(grid.blocks()).isEqualTo(1 << 30);
        assertThat(grid.left(grid.position(grid.blocks() - 1))).isEqualTo((1 << 29) - (1 << 14));
    }
}
