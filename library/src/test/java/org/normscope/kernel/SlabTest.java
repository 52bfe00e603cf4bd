package org.normscope.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.tensor.DType;

class SlabTest {
    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({
        "0, 5",
        "5, 0",
        "1, 1",
        "63, 3",
        "64, 3",
        "65, 3",
        "129, 1",
        "7, 20000",
        "8, 20000",
        "9, 20000",
        "70, 1024",
        "3, 100000"
    })
    void tilesShowEveryLineOnceAndInOrder(int lines, int m) {
        Slab slab = random(21, DType.F16, lines, m);
        double[] whole = new double[lines * m];
        Decoder.decode(DType.F16, slab.bytes(), 0, whole, 0, whole.length);
        int[] seen = {0};
        slab.forEachTile(0.5, (tile, first, count) -> {
            assertThat(first).isEqualTo(seen[0]);
            assertThat(count).isPositive();
            for (int i = 0; i < count * m; i++) {
                assertThat(tile[i]).isEqualTo(0.5 * whole[first * m + i]);
            }
            seen[0] += count;
        });
        assertThat(seen[0]).isEqualTo(lines);
    }

    @Test
    void tilesHaveEnoughLinesForTheLoopsAndFewEnoughForTheCache() {
        assertThat(Slab.tileLines(1)).isEqualTo(64);
        assertThat(Slab.tileLines(4096)).isEqualTo(16);
        assertThat(Slab.tileLines(1_000_000)).isEqualTo(8);
    }

    @Test
    void refusesBytesThatAreNotItsElements() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Slab(new byte[7], DType.F16, 2, 2))
                .withMessageContaining("2 x 2 F16 in 7 bytes");
        assertThatIllegalArgumentException().isThrownBy(() -> new Slab(new byte[0], DType.F64, 1 << 16, 1 << 16));
    }

    /** A slab of numbers of ordinary size, none zero, of any decoded type. */
    static Slab random(long seed, DType dtype, int lines, int m) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer stored = ByteBuffer.allocate(lines * m * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < lines * m; i++) {
            switch (dtype) {
                case F64 -> stored.putDouble(random.nextDouble(-1, 1));
                case F32 -> stored.putFloat((float) random.nextDouble(-1, 1));
                case F16 -> stored.putShort((short) ((random.nextInt(2) << 15) | random.nextInt(0x3000, 0x4400)));
                case BF16 -> stored.putShort((short) ((random.nextInt(2) << 15) | random.nextInt(0x3e00, 0x4080)));
                default -> stored.put((byte) ((random.nextInt(2) << 7) | random.nextInt(0x30, 0x40)));
            }
        }
        return new Slab(stored.array(), dtype, lines, m);
    }
}
