package org.normscope.rewrite;

import java.io.IOException;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Decoder;
import org.normscope.parity.MatrixProducts;
import org.normscope.storage.Storage;
import org.normscope.tensor.StoredTensor;

/**
 * Products of a stored matrix, which is read once for each; every sum runs in index order.
 *
 * @param storage where its files lie
 * @param files that it lies in
 * @param matrix of a decoded type: dimension 0 down, all others across
 */
record StoredProducts(Storage storage, TensorFiles files, StoredTensor matrix) implements MatrixProducts<IOException> {
    private static final int PIECE = 1 << 17;

    /** Takes entries of one row in. */
    private interface Taker {
        /**
         * @param from place of the first entry among the values
         * @param col its column
         */
        void take(double[] values, int from, int count, int row, int col);
    }

    @Override
    public double[] times(double[] v) throws IOException {
        double[] product = new double[Math.toIntExact(matrix.shape().rows())];
        forEachRun((values, from, count, row, col) -> {
            double sum = product[row];
            for (int i = 0; i < count; i++) {
                sum += values[from + i] * v[col + i];
            }
            product[row] = sum;
        });
        return product;
    }

    @Override
    public double[] transposedTimes(double[] u) throws IOException {
        double[] product = new double[Math.toIntExact(matrix.shape().columns())];
        forEachRun((values, from, count, row, col) -> {
            for (int i = 0; i < count; i++) {
                product[col + i] += values[from + i] * u[row];
            }
        });
        return product;
    }

    private void forEachRun(Taker taker) throws IOException {
        long elements = matrix.shape().elements();
        long cols = matrix.shape().columns();
        double[] values = new double[(int) Math.min(PIECE, elements)];
        byte[] stored = new byte[values.length * matrix.dtype().bytes()];
        try (Elements in = files.open(storage, matrix)) {
            for (long first = 0; first < elements; first += values.length) {
                int count = (int) Math.min(values.length, elements - first);
                in.read(first, count, stored);
                Decoder.decode(matrix.dtype(), stored, 0, values, 0, count);
                for (int from = 0; from < count; ) {
                    int col = (int) ((first + from) % cols);
                    int run = (int) Math.min(count - from, cols - col);
                    taker.take(values, from, run, (int) ((first + from) / cols), col);
                    from += run;
                }
            }
        }
    }
}
