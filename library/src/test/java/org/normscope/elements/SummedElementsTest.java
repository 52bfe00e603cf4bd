package org.normscope.elements;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.elements.Elements.Rectangle;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout.LowRankSum;
import org.normscope.tensor.Layout.LowRankSum.Orientation;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.MemoryStorage;

/** Sums with low-rank products, entry by entry against exact arithmetic. */
class SummedElementsTest {
    private static final double TWO_ROUNDINGS = 0x1p-52;
    private static final int M = 7;
    private static final int N = 12;
    private static final int RANK = 3;

    private final double[] w = new double[M * N];
    private final double[] a = new double[RANK * N];
    private final double[] b = new double[M * RANK];

    private static byte[] bytes(double[]... parts) {
        ByteBuffer buffer =
                ByteBuffer.allocate(8 * (M * N + RANK * N + M * RANK)).order(ByteOrder.LITTLE_ENDIAN);
        for (double[] part : parts) {
            for (double value : part) {
                buffer.putDouble(value);
            }
        }
        return buffer.array();
    }

    /** The sum as a tensor of this shape; the base is stored so. */
    private double[] read(Shape shape, double factor, Orientation orientation, Rectangle part) throws IOException {
        boolean turned = orientation == Orientation.TRANSPOSED;
        StoredTensor base = StoredTensor.contiguous("w", DType.F64, shape, 0, 0);
        Shape inner = turned ? Shape.of(RANK, M) : Shape.of(RANK, N);
        Shape outer = turned ? Shape.of(N, RANK) : Shape.of(M, RANK);
        StoredTensor first = StoredTensor.contiguous("a", DType.F64, inner, 0, 8L * M * N);
        StoredTensor second = StoredTensor.contiguous("b", DType.F64, outer, 0, 8L * (M * N + inner.elements()));
        StoredTensor sum =
                new StoredTensor("w", DType.F64, shape, new LowRankSum(base, first, second, factor, orientation));
        byte[] stored = turned ? bytes(w, transposed(b, M, RANK), transposed(a, RANK, N)) : bytes(w, a, b);
        byte[] target = new byte[8 * part.rows() * part.cols()];
        TensorFiles files = new TensorFiles(Map.of(0, "f"));
        try (Elements elements = files.open(new MemoryStorage().with("f", stored), sum)) {
            elements.read(part, target);
        }
        double[] values = new double[part.rows() * part.cols()];
        ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
        return values;
    }

    private static double[] transposed(double[] values, int rows, int cols) {
        double[] turned = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                turned[j * rows + i] = values[i * cols + j];
            }
        }
        return turned;
    }

    private BigDecimal exact(double factor, int i, int j) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 0; k < RANK; k++) {
            sum = sum.add(new BigDecimal(b[i * RANK + k]).multiply(new BigDecimal(a[k * N + j])));
        }
        return sum.multiply(new BigDecimal(factor)).add(new BigDecimal(w[i * N + j]));
    }

    private void requireTwoRoundings(double factor, Rectangle part, double[] found) {
        for (int i = 0; i < part.rows(); i++) {
            for (int j = 0; j < part.cols(); j++) {
                BigDecimal truth = exact(factor, (int) part.row() + i, (int) part.col() + j);
                BigDecimal error = new BigDecimal(found[i * part.cols() + j])
                        .subtract(truth)
                        .abs();
                assertThat(error).isLessThanOrEqualTo(truth.abs().multiply(new BigDecimal(TWO_ROUNDINGS)));
            }
        }
    }

    private void fill(SplittableRandom random) {
        for (double[] values : new double[][] {w, a, b}) {
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextDouble(-1, 1) * Math.scalb(1.0, random.nextInt(-40, 40));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Orientation.class)
    void everyEntryIsWithinTwoRoundings(Orientation orientation) throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("SummedElementsTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            fill(random);
            double factor = random.nextDouble(-3, 3);
            Rectangle whole = new Rectangle(0, M, 0, N);
            requireTwoRoundings(factor, whole, read(Shape.of(M, N), factor, orientation, whole));
            Rectangle part = new Rectangle(2, 3, 5, 4);
            requireTwoRoundings(factor, part, read(Shape.of(M, N), factor, orientation, part));
            requireTwoRoundings(factor, part, read(Shape.of(M, 3, 2, 2), factor, orientation, part));
        }
    }

    @Test
    void whatCancelsIsExact() throws IOException {
        fill(new SplittableRandom(3));
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < N; j++) {
                double product = 0;
                for (int k = 0; k < RANK; k++) {
                    product += b[i * RANK + k] * a[k * N + j];
                }
                w[i * N + j] = -0.75 * product;
            }
        }
        Rectangle whole = new Rectangle(0, M, 0, N);
        requireTwoRoundings(0.75, whole, read(Shape.of(M, N), 0.75, Orientation.AS_IT_IS, whole));
    }

    @Test
    void productsBelowTheSmallestNumbersAreNotLost() throws IOException {
        Arrays.fill(a, 0x1p-600);
        Arrays.fill(b, 0x1.8p-460);
        w[0] = -0x1p-1060;
        Rectangle whole = new Rectangle(0, M, 0, N);
        double[] found = read(Shape.of(M, N), 1, Orientation.AS_IT_IS, whole);
        assertThat(found[0]).isEqualTo(3 * 0x1.8p-1060 - 0x1p-1060);
        assertThat(found[1]).isEqualTo(3 * 0x1.8p-1060);
    }

    @Test
    void nanAndInfiniteEntriesStay() throws IOException {
        w[0] = Double.NaN;
        a[1] = Double.POSITIVE_INFINITY;
        b[0] = 1;
        double[] found = read(Shape.of(M, N), 1, Orientation.AS_IT_IS, new Rectangle(0, 1, 0, 3));
        assertThat(found).containsExactly(Double.NaN, Double.POSITIVE_INFINITY, 0);
    }
}
