package org.normscope.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchCostTest {
    private static final long PLENTY = 192L << 20;

    private static boolean isWithin(Long... shape) {
        return SearchCost.of(List.of(shape), Geometry.unknown(shape.length - 2)).isWithin(PLENTY);
    }

    @Test
    void usualKernelsAreWithinTheWorkAndMemoryAllowed() {
        assertThat(isWithin(64L, 3L, 7L, 7L)).isTrue();
        assertThat(isWithin(512L, 512L, 3L, 3L)).isTrue();
        assertThat(isWithin(768L, 3L, 16L, 16L)).isTrue();
        assertThat(isWithin(1024L, 1L, 31L, 31L)).isTrue();
        assertThat(isWithin(512L, 512L, 3L)).isTrue();
        assertThat(isWithin(64L, 64L, 3L, 3L, 3L)).isTrue();
    }

    @Test
    void hugeOnesAreNotBegun() {
        assertThat(isWithin(2048L, 2048L, 3L, 3L)).isFalse();
        assertThat(isWithin(512L, 512L, 7L, 7L)).isFalse();
        assertThat(isWithin(8L, 8L, 32L, 32L, 32L)).isFalse();
        assertThat(isWithin(8L, 8L, 128L, 128L)).isFalse();
        assertThat(isWithin(1L << 40, 1L << 40, 4096L)).isFalse();
    }

    @Test
    void memoryCoversTheKernelItsTapsAndItsLags() {
        SearchCost cost = SearchCost.of(List.of(512L, 512L, 3L, 3L), Geometry.unknown(2));
        assertThat(cost.bytes()).isBetween(8.0 * 512 * 512 * (9 + 9 + 13), 8.0 * 512 * 512 * 50);
        assertThat(cost.evaluations()).isEqualTo(4 + 32);
    }
}
