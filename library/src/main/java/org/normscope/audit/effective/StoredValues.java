package org.normscope.audit.effective;

import java.io.IOException;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Decoder;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;

/**
 * The elements of stored tensors as doubles, row-major.
 *
 * @param storage where the files lie
 * @param files those of all tensors that are asked for
 */
public record StoredValues(Storage storage, TensorFiles files) {
    private static final int STRETCH = 1 << 18;
    private static final int E8M0_BIAS = 127;
    private static final int E8M0_NAN = 255;

    /** Takes elements in, in order. */
    @FunctionalInterface
    public interface Taker {
        /**
         * @param values {@code count} elements, from 0 on. Not to be kept.
         * @param first place of the first value among the tensor's elements
         */
        void take(double[] values, int count, long first);
    }

    /**
     * All elements of a tensor.
     *
     * @throws ArithmeticException if an array can't hold them
     * @throws IOException if the storage fails
     */
    public double[] all(StoredTensor tensor) throws IOException {
        double[] all = new double[Math.toIntExact(tensor.shape().elements())];
        forEachStretch(tensor, (values, count, first) -> System.arraycopy(values, 0, all, (int) first, count));
        return all;
    }

    /**
     * Shows all elements, stretch by stretch; unsigned bytes and E8M0 exponents are {@code 2^(code - 127)}.
     *
     * @throws IOException if the storage fails
     */
    public void forEachStretch(StoredTensor tensor, Taker taker) throws IOException {
        long elements = tensor.shape().elements();
        int most = (int) Math.min(STRETCH, elements);
        byte[] stored = new byte[most * tensor.dtype().bytes()];
        double[] values = new double[most];
        try (Elements in = files.open(storage, tensor)) {
            for (long first = 0; first < elements; first += most) {
                int count = (int) Math.min(most, elements - first);
                in.read(first, count, stored);
                decode(tensor.dtype(), stored, values, count);
                taker.take(values, count, first);
            }
        }
    }

    private static void decode(DType dtype, byte[] stored, double[] values, int count) {
        if (dtype != DType.U8 && dtype != DType.F8_E8M0) {
            Decoder.decode(dtype, stored, 0, values, 0, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            int code = stored[i] & 0xff;
            values[i] = code == E8M0_NAN ? Double.NaN : Math.scalb(1.0, code - E8M0_BIAS);
        }
    }
}
