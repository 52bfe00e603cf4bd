package org.normscope.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.kernel.Kernels.Block;
import org.normscope.tensor.DType;

class SlabKernelTest {
    private final SlabKernel scalar = new SlabKernel(new ScalarKernels(), 1);
    private final SlabKernel vector = new SlabKernel(new VectorKernels(), 1);

    @ParameterizedTest(name = "b = {0}")
    @ValueSource(ints = {1, 2, 3, 5, 7, 8, 9, 15, 16, 31})
    void paddedBlocksGiveTheBitsOfUnpaddedOnes(int b) {
        for (int m : new int[] {1, 2, 7, 33, 207}) {
            for (int lines : new int[] {1, 8, 63, 64, 65, 200}) {
                long seed = 1000L * b + 10L * m + lines;
                Slab slab = random(seed, DType.F32, lines, m);
                Block x = new Block(
                        new SplittableRandom(seed).doubles(m * b, -1, 1).toArray(), m, b);
                SlabKernel.Product expected = scalar.multiply(slab, x);
                SlabKernel.Product actual = vector.multiply(slab, x);
                assertThat(actual.y()).as("seed %d", seed).isEqualTo(expected.y());
                assertThat(actual.squaredNorms()).as("seed %d", seed).isEqualTo(expected.squaredNorms());
                assertThat(vector.project(slab, x)).as("seed %d", seed).isEqualTo(scalar.project(slab, x));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"})
    void gramMatricesOfBothKernelsAgreeOnEveryType(DType dtype) {
        int m = 37;
        double[] expected = new double[m * m];
        double[] actual = new double[m * m];
        Slab slab = random(9, dtype, 131, m);
        scalar.addGram(slab, expected);
        vector.addGram(slab, actual);
        for (int i = 0; i < m; i++) {
            Arrays.fill(expected, i * m, i * m + i, 0);
            Arrays.fill(actual, i * m, i * m + i, 0);
        }
        assertThat(actual).isEqualTo(expected);
        assertThat(expected[m + 1]).isPositive();
    }

    @Test
    void aProductIsTheSumOfItsProjectionsSquares() {
        int m = 20;
        int b = 3;
        Slab slab = random(4, DType.BF16, 150, m);
        Block x = new Block(new SplittableRandom(4).doubles(m * b, -1, 1).toArray(), m, b);
        double[] projected = vector.project(slab, x);
        double[] squares = new double[b];
        double[] quadratic = new double[b];
        SlabKernel.Product product = vector.multiply(slab, x);
        for (int i = 0; i < projected.length; i++) {
            squares[i % b] += projected[i] * projected[i];
        }
        for (int i = 0; i < m * b; i++) {
            quadratic[i % b] += product.y()[i] * x.values()[i];
        }
        assertThat(product.squaredNorms()).isEqualTo(squares);
        for (int j = 0; j < b; j++) {
            assertThat(quadratic[j] / squares[j] - 1).isBetween(-1e-13, 1e-13);
        }
    }

    @Test
    void scalingByAPowerOfTwoScalesEveryBit() {
        Slab slab = random(6, DType.F64, 70, 12);
        Block x = new Block(new SplittableRandom(6).doubles(12 * 8, -1, 1).toArray(), 12, 8);
        double[] plain = vector.multiply(slab, x).y();
        double[] scaled =
                new SlabKernel(new VectorKernels(), 0x1p-20).multiply(slab, x).y();
        for (int i = 0; i < plain.length; i++) {
            assertThat(scaled[i]).isEqualTo(Math.scalb(plain[i], -40));
        }
    }

    @Test
    void sharesAddUpEntryByEntry() {
        Slab slab = slab(DType.F64, 1, 2, 3, 4);
        Block x = new Block(new double[] {1, 0, 0, 1}, 2, 2);
        SlabKernel.Product sum = vector.multiply(slab, x);
        SlabKernel.Product next = vector.multiply(slab, x);
        SlabKernel.add(sum.y(), next.y());
        SlabKernel.add(sum.squaredNorms(), next.squaredNorms());
        assertThat(sum.y()).containsExactly(18, 24, 24, 32);
        assertThat(sum.squaredNorms()).containsExactly(18, 32);
    }

    @Test
    void refusesVectorsOfAnotherOrder() {
        Slab slab = slab(DType.F64, 1, 2, 3, 4);
        Block x = new Block(new double[3], 3, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> vector.multiply(slab, x));
        assertThatIllegalArgumentException().isThrownBy(() -> vector.project(slab, x));
        assertThatIllegalArgumentException().isThrownBy(() -> vector.addGram(slab, new double[9]));
    }

    private static Slab slab(DType dtype, int lines, int m, double... values) {
        ByteBuffer stored = ByteBuffer.allocate(lines * m * 8).order(ByteOrder.LITTLE_ENDIAN);
        stored.asDoubleBuffer().put(values);
        return new Slab(stored.array(), dtype, lines, m);
    }

    private static Slab random(long seed, DType dtype, int lines, int m) {
        return SlabTest.random(seed, dtype, lines, m);
    }
}
