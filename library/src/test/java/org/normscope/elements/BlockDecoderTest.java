package org.normscope.elements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.tensor.BlockCode;
import org.normscope.tensor.DType;

/** The oracle is ggml's definition, written with loops over bits and in decimal arithmetic, which doesn't round. */
class BlockDecoderTest {
    private static final int BLOCKS = 500;

    @ParameterizedTest
    @EnumSource(value = BlockCode.class, mode = EnumSource.Mode.EXCLUDE, names = "E2M1")
    void decodesEveryWeightExactly(BlockCode code) {
        byte[] blocks = randomBlocks(code);
        byte[] target = new byte[BLOCKS * code.weights() * code.decoded().bytes()];
        BlockDecoder.decode(code, blocks, BLOCKS, target);
        ByteBuffer numbers = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < BLOCKS * code.weights(); i++) {
            BigDecimal found =
                    new BigDecimal(code.decoded() == DType.F32 ? numbers.getFloat(4 * i) : numbers.getDouble(8 * i));
            BigDecimal expected = defined(code, blocks, i / 32 * code.bytes(), i % 32);
            assertThat(found).as("weight %d", i).isEqualByComparingTo(expected);
        }
    }

    @Test
    void followsTheOrderOfGgmlInABlockWrittenByHand() {
        byte[] block = new byte[18];
        block[1] = 0x3C; // 1.0 in half precision
        block[2] = (byte) 0xF0; // weight 0 has code 0, weight 16 has code 15
        byte[] target = new byte[32 * 4];
        BlockDecoder.decode(BlockCode.Q4_0, block, 1, target);
        ByteBuffer numbers = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(numbers.getFloat(0)).isEqualTo(-8);
        assertThat(numbers.getFloat(16 * 4)).isEqualTo(7);
    }

    @Test
    void handsOnScalesThatAreNoNumbers() {
        byte[] block = new byte[34];
        block[1] = 0x7E;
        block[2] = 1;
        byte[] target = new byte[32 * 4];
        BlockDecoder.decode(BlockCode.Q8_0, block, 1, target);
        assertThat(ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).getFloat(0))
                .isNaN();
        block[1] = (byte) 0xFC;
        BlockDecoder.decode(BlockCode.Q8_0, block, 1, target);
        assertThat(ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).getFloat(0))
                .isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void refusesArraysThatAreTooShort() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> BlockDecoder.decode(BlockCode.Q4_0, new byte[17], 1, new byte[128]));
    }

    /** Random bytes, but with scales that are finite numbers. */
    private static byte[] randomBlocks(BlockCode code) {
        byte[] blocks = new byte[BLOCKS * code.bytes()];
        new Random(7).nextBytes(blocks);
        for (int start = 0; start < blocks.length; start += code.bytes()) {
            for (int high = 1; high <= 3; high += 2) {
                blocks[start + high] &= (byte) 0xBF;
            }
        }
        return blocks;
    }

    private static BigDecimal defined(BlockCode code, byte[] blocks, int start, int weight) {
        BigDecimal d = half(blocks, start);
        BigDecimal m = half(blocks, start + 2);
        BigDecimal q = BigDecimal.valueOf(
                switch (code) {
                    case Q4_0 -> nibble(blocks, start + 2, weight) - 8;
                    case Q4_1 -> nibble(blocks, start + 4, weight);
                    case Q5_0 -> nibble(blocks, start + 6, weight) + 16 * bit(blocks, start + 2, weight) - 16;
                    case E2M1 -> throw new IllegalArgumentException("has a test of its own");
                    case Q5_1 -> nibble(blocks, start + 8, weight) + 16 * bit(blocks, start + 4, weight);
                    case Q8_0 -> blocks[start + 2 + weight];
                });
        boolean hasMinimum = code == BlockCode.Q4_1 || code == BlockCode.Q5_1;
        return hasMinimum ? d.multiply(q).add(m) : d.multiply(q);
    }

    private static int nibble(byte[] blocks, int start, int weight) {
        int shift = weight < 16 ? 0 : 4;
        int sum = 0;
        for (int b = 0; b < 4; b++) {
            sum += bit(blocks, start, (weight % 16) * 8 + shift + b) << b;
        }
        return sum;
    }

    private static int bit(byte[] blocks, int start, int index) {
        return (blocks[start + index / 8] & 0xFF) / (1 << index % 8) % 2;
    }

    private static BigDecimal half(byte[] blocks, int at) {
        int bits = (blocks[at] & 0xFF) + 256 * (blocks[at + 1] & 0xFF);
        int exponent = bits / 1024 % 32;
        int fraction = bits % 1024 + (exponent == 0 ? 0 : 1024);
        BigDecimal unit = new BigDecimal(Math.pow(2, Math.max(exponent, 1) - 25));
        return BigDecimal.valueOf(bits >= 32768 ? -fraction : fraction).multiply(unit);
    }

    @Test
    void pairsOfFourBitFloatsKeepTheirValues() {
        double[] magnitudes = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
        for (int low = 0; low < 16; low++) {
            for (int high = 0; high < 16; high++) {
                byte[] decoded = new byte[2];
                BlockDecoder.decode(BlockCode.E2M1, new byte[] {(byte) (high << 4 | low)}, 1, decoded);
                assertThat(e4m3(decoded[0])).isEqualTo(low < 8 ? magnitudes[low] : -magnitudes[low - 8]);
                assertThat(e4m3(decoded[1])).isEqualTo(high < 8 ? magnitudes[high] : -magnitudes[high - 8]);
            }
        }
    }

    /** OCP's E4M3: a sign, four bits of exponent with bias 7, three of fraction. */
    private static double e4m3(byte code) {
        int exponent = code >> 3 & 15;
        double fraction = (code & 7) / 8.0;
        double magnitude = exponent == 0 ? fraction * 0x1p-6 : (1 + fraction) * Math.scalb(1.0, exponent - 7);
        return code < 0 ? -magnitude : magnitude;
    }
}
