package org.normscope.elements;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.normscope.kernel.Decoder;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.LowRankSum;
import org.normscope.tensor.Layout.LowRankSum.Orientation;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * {@code w + factor sum_k left_k right_k} for every entry w of a stored matrix, each within two roundings of its exact value: sums are made in twice the precision
 * (Dot2: Ogita, Rump, Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26:1955, 2005), and entries of which too little is left
 * over for that are computed exactly.
 */
final class SummedElements extends Elements {
    private static final double U = 0x1p-53;
    /** Below it errors of products may be subnormal. */
    private static final double SMALL = 0x1p-900;
    /** Elements of a factor that are decoded at once. */
    private static final int STRETCH = 1 << 16;

    private final Elements base;
    private final DType dtype;
    private final Factors factors;

    private SummedElements(Elements base, DType dtype, Shape shape, Factors factors) {
        super(shape, Double.BYTES);
        this.base = base;
        this.dtype = dtype;
        this.factors = factors;
    }

    /** Opens the elements of a stored tensor. */
    @FunctionalInterface
    interface Opener {
        Elements open(StoredTensor tensor) throws IOException;
    }

    /** Reads the factors whole; the base is read as it is asked for. */
    static SummedElements open(LowRankSum sum, Shape shape, Opener opener) throws IOException {
        double[] a = all(sum.a(), opener);
        double[] b = all(sum.b(), opener);
        int rank = Math.toIntExact(sum.a().shape().rows());
        boolean turned = sum.orientation() == Orientation.TRANSPOSED;
        double[] left = turned ? transposed(a, rank) : b;
        double[] right = turned ? transposed(b, b.length / Math.max(1, rank)) : a;
        Factors factors = new Factors(left, right, rank, sum.factor());
        return new SummedElements(opener.open(sum.base()), sum.base().dtype(), shape, factors);
    }

    private static double[] all(StoredTensor tensor, Opener opener) throws IOException {
        int count = Math.toIntExact(tensor.shape().elements());
        double[] values = new double[count];
        byte[] stored = new byte[Math.min(STRETCH, count) * tensor.dtype().bytes()];
        try (Elements elements = opener.open(tensor)) {
            for (int first = 0; first < count; first += STRETCH) {
                int some = Math.min(STRETCH, count - first);
                elements.read(first, some, stored);
                Decoder.decode(tensor.dtype(), stored, 0, values, first, some);
            }
        }
        return values;
    }

    /** @param rows of the row-major matrix */
    private static double[] transposed(double[] values, int rows) {
        int cols = rows == 0 ? 0 : values.length / rows;
        double[] turned = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                turned[j * rows + i] = values[i * cols + j];
            }
        }
        return turned;
    }

    @Override
    void read(Box box, byte[] target, int at) throws IOException {
        int count = Math.toIntExact(box.elements());
        byte[] stored = new byte[Math.multiplyExact(count, dtype.bytes())];
        base.read(box, stored, 0);
        double[] line =
                new double[count / Math.max(1, Math.toIntExact(box.sizes().get(0)))];
        int[] columns = columns(box, line.length);
        ByteBuffer out = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).position(at);
        for (int i = 0; i < box.sizes().get(0); i++) {
            Decoder.decode(dtype, stored, i * line.length * dtype.bytes(), line, 0, line.length);
            factors.add(box.start().get(0) + i, columns, line);
            for (double value : line) {
                out.putDouble(value);
            }
        }
    }

    /** The columns of a box's line, all dimensions but the first flattened. */
    private int[] columns(Box box, int count) {
        List<Long> strides = Layout.rowMajor(shape());
        int[] columns = new int[count];
        for (int c = 0; c < count; c++) {
            long rest = c;
            long column = 0;
            for (int dim = shape().rank() - 1; dim > 0; dim--) {
                long size = box.sizes().get(dim);
                column += (box.start().get(dim) + rest % size) * strides.get(dim);
                rest /= size;
            }
            columns[c] = Math.toIntExact(column);
        }
        return columns;
    }

    @Override
    public void close() throws IOException {
        base.close();
    }

    /** {@code factor L R}, row-major L and R. */
    private static final class Factors {
        private final double[] left;
        private final double[] right;
        private final int rank;
        private final double factor;
        private final int cols;
        /** Largest entry, in size, of each row of R. */
        private final double[] largest;
        /** Of a sum's terms, all taken in size: what must be left for its relative error. */
        private final double least;

        Factors(double[] left, double[] right, int rank, double factor) {
            this.left = left;
            this.right = right;
            this.rank = rank;
            this.factor = factor;
            this.cols = rank == 0 ? 0 : right.length / rank;
            this.least = 64 * (rank + 2.0) * (rank + 2.0) * U;
            this.largest = new double[rank];
            for (int k = 0; k < rank; k++) {
                for (int j = 0; j < cols; j++) {
                    largest[k] = Math.max(largest[k], Math.abs(right[k * cols + j]));
                }
            }
        }

        /** @param values entries of W in this row and these columns. Modified. */
        void add(long row, int[] columns, double[] values) {
            int start = Math.toIntExact(row * rank);
            double[] low = new double[values.length];
            double[] original = values.clone();
            double size = 0;
            for (int k = 0; k < rank; k++) {
                double high = factor * left[start + k];
                double rest = Math.fma(factor, left[start + k], -high);
                size += Math.abs(high) * largest[k];
                addTerm(high, rest, k * cols, columns, values, low);
            }
            for (int i = 0; i < values.length; i++) {
                double sum = values[i] + low[i];
                double terms = size + Math.abs(original[i]);
                boolean accurate = Math.abs(sum) >= least * terms && (terms == 0 || terms > SMALL) && terms < 1 / SMALL;
                values[i] = accurate ? sum : exactly(start, columns[i], original[i]);
            }
        }

        /** Adds {@code (high + rest) R_k}, what rounds off to {@code low}. */
        private void addTerm(double high, double rest, int from, int[] columns, double[] sums, double[] low) {
            for (int i = 0; i < sums.length; i++) {
                double entry = right[from + columns[i]];
                double product = high * entry;
                double before = sums[i];
                double sum = before + product;
                double part = sum - before;
                low[i] +=
                        ((before - (sum - part)) + (product - part)) + (Math.fma(high, entry, -product) + rest * entry);
                sums[i] = sum;
            }
        }

        /** The nearest double, or what arithmetic makes of NaN and infinite numbers. */
        private double exactly(int start, int column, double original) {
            double plain = original;
            boolean finite = Double.isFinite(original);
            for (int k = 0; k < rank; k++) {
                double a = left[start + k];
                double b = right[k * cols + column];
                finite &= Double.isFinite(a) && Double.isFinite(b);
                plain += factor * a * b;
            }
            if (!finite) {
                return Double.isFinite(plain) ? Double.NaN : plain;
            }
            BigDecimal sum = BigDecimal.ZERO;
            for (int k = 0; k < rank; k++) {
                sum = sum.add(new BigDecimal(left[start + k]).multiply(new BigDecimal(right[k * cols + column])));
            }
            return sum.multiply(new BigDecimal(factor))
                    .add(new BigDecimal(original))
                    .doubleValue();
        }
    }
}
