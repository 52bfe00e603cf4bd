package org.normscope.weightnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.kernel.Slab;
import org.normscope.matrix.MatrixShape;
import org.normscope.tensor.DType;

class StatisticsPassTest {
    private static final MathContext DIGITS = new MathContext(40);
    private static final double ERROR = SumOfSquares.RELATIVE_ERROR;

    @ParameterizedTest(name = "{0} x {1} in slabs of {2}")
    @CsvSource({"1,1,1", "7,3,2", "3,7,2", "40,40,13", "300,5,64", "5,300,64", "129,33,129", "33,129,129", "1,50,9"})
    void agreesWithExactArithmeticAtEveryScale(int rows, int cols, int slabLength) {
        for (double scale : new double[] {1e-300, 1e-160, 1e-30, 1, 1e30, 1e160, 1e300}) {
            double[] values = new SplittableRandom(rows * 31L + cols)
                    .doubles((long) rows * cols, -scale, scale)
                    .toArray();
            agrees(DType.F64, values, rows, cols, slabLength);
        }
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"30, 10", "10, 30"})
    void agreesWhereRowsDifferBySixHundredDecades(int rows, int cols) {
        double[] values =
                new SplittableRandom(5).doubles((long) rows * cols, -1, 1).toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] *= Math.pow(10, 20.0 * (i / cols) - 300);
        }
        agrees(DType.F64, values, rows, cols, 7);
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"200, 37", "37, 200"})
    void agreesOnFloatsFromTheSmallestToTheLargest(int rows, int cols) {
        SplittableRandom random = new SplittableRandom(6);
        double[] values = new double[rows * cols];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.scalb(random.nextDouble(-1, 1), random.nextInt(-148, 127));
        }
        agrees(DType.F32, values, rows, cols, 50);
    }

    private static void agrees(DType dtype, double[] values, int rows, int cols, int slabLength) {
        MatrixStatistics statistics = statistics(dtype, values, rows, cols, slabLength);
        double min = Double.POSITIVE_INFINITY;
        double max = 0;
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal all = BigDecimal.ZERO;
        for (int r = 0; r < rows; r++) {
            BigDecimal squares = BigDecimal.ZERO;
            for (int c = 0; c < cols; c++) {
                squares = squares.add(new BigDecimal(values[r * cols + c]).pow(2));
            }
            BigDecimal norm = squares.sqrt(DIGITS);
            min = Math.min(min, norm.doubleValue());
            max = Math.max(max, norm.doubleValue());
            sum = sum.add(norm);
            all = all.add(squares);
        }
        double mean = sum.divide(BigDecimal.valueOf(rows), DIGITS).doubleValue();
        assertThat(statistics.isFinite()).isTrue();
        assertThat(statistics.rowNorm().min()).isCloseTo(min, within(ERROR * min));
        assertThat(statistics.rowNorm().max()).isCloseTo(max, within(ERROR * max));
        assertThat(statistics.rowNorm().mean()).isCloseTo(mean, within((ERROR + rows * 0x1p-52) * mean));
        double frobenius = all.sqrt(DIGITS).doubleValue();
        assertThat(statistics.frobenius()).isCloseTo(frobenius, within(ERROR * frobenius));
        assertThat(statistics.maxAbs())
                .isEqualTo(java.util.Arrays.stream(values).map(Math::abs).max().orElseThrow());
    }

    @ParameterizedTest(name = "slabs of {0}")
    @ValueSource(ints = {1, 2, 3, 100})
    void countsEveryBadEntryAndEveryZeroRow(int slabLength) {
        double nan = Double.NaN;
        double inf = Double.POSITIVE_INFINITY;
        double[] tall = {0, 0, nan, -inf, 0, -0.0, 1, inf, nan, nan, 0, 0, 2, 3};
        counts(statistics(DType.F64, tall, 7, 2, slabLength), 3, 2, 3);
        double[] wide = {0, 0, 0, -0.0, 0, nan, 1, 2, -inf, 3, 0, 0, 0, 0, 0};
        counts(statistics(DType.F64, wide, 3, 5, slabLength), 1, 1, 2);
        counts(statistics(DType.F16, wide, 3, 5, slabLength), 1, 1, 2);
    }

    private static void counts(MatrixStatistics statistics, long nan, long inf, long zeroRows) {
        assertThat(statistics.nan()).isEqualTo(nan);
        assertThat(statistics.inf()).isEqualTo(inf);
        assertThat(statistics.zeroRows()).isEqualTo(zeroRows);
        assertThat(statistics.isFinite()).isEqualTo(nan + inf == 0);
    }

    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({"20, 4", "4, 20"})
    void aMatrixOfZerosHasNothingButZeroRows(int rows, int cols) {
        MatrixStatistics statistics = statistics(DType.F32, new double[rows * cols], rows, cols, 3);
        counts(statistics, 0, 0, rows);
        assertThat(statistics.frobenius()).isZero();
        assertThat(statistics.maxAbs()).isZero();
        assertThat(statistics.rowNorm()).isEqualTo(new MatrixStatistics.Range(0, 0, 0));
    }

    @Test
    void aTinyNumberIsNotAZeroRow() {
        double[] values = new double[12];
        values[5] = Double.MIN_VALUE;
        MatrixStatistics statistics = statistics(DType.F64, values, 4, 3, 2);
        counts(statistics, 0, 0, 3);
        assertThat(statistics.frobenius()).isEqualTo(Double.MIN_VALUE);
        assertThat(statistics.rowNorm().max()).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void aMatrixWithoutEntriesHasRowsOfNothing() {
        MatrixStatistics statistics = MatrixStatistics.empty(new MatrixShape(5, 0));
        counts(statistics, 0, 0, 5);
        assertThat(statistics.frobenius()).isZero();
    }

    /** Slab by slab, as the audit cuts it: lines of the long side, merged in order. */
    private static MatrixStatistics statistics(DType dtype, double[] values, int rows, int cols, int slabLength) {
        MatrixShape shape = new MatrixShape(rows, cols);
        int m = (int) shape.shortSide();
        int length = (int) shape.longSide();
        StatisticsPass[] sum = new StatisticsPass[1];
        for (int first = 0; first < length; first += slabLength) {
            int lines = Math.min(slabLength, length - first);
            ByteBuffer stored = ByteBuffer.allocate(lines * m * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < lines * m; i++) {
                int line = first + i / m;
                int row = shape.isTall() ? line : i % m;
                int col = shape.isTall() ? i % m : line;
                put(stored, dtype, values[row * cols + col]);
            }
            StatisticsPass pass = StatisticsPass.of(shape, new Slab(stored.array(), dtype, lines, m));
            if (sum[0] == null) {
                sum[0] = pass;
            } else {
                sum[0].merge(pass);
            }
        }
        return sum[0].result();
    }

    private static void put(ByteBuffer stored, DType dtype, double value) {
        switch (dtype) {
            case F64 -> stored.putDouble(value);
            case F32 -> stored.putFloat((float) value);
            default -> {
                // Half precision of zero, one, two, three and what isn't finite.
                int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
                int magnitude = Double.isNaN(value) ? 0x7e00 : Double.isInfinite(value) ? 0x7c00 : 0;
                stored.putShort((short) (sign | (magnitude == 0 && value != 0 ? 0x3c00 : magnitude)));
            }
        }
    }
}
