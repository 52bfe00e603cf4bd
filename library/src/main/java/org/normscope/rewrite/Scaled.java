package org.normscope.rewrite;

import java.io.IOException;
import java.io.OutputStream;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Decoder;
import org.normscope.storage.Storage;
import org.normscope.tensor.StoredTensor;

/**
 * A stored tensor times factors, in double, every product rounded once; where the factor is 1, the stored bytes.
 *
 * @param files that it lies in
 * @param tensor of a decoded type
 * @param factors one for each of equal parts, row-major: the matrices of a stack. Not modified.
 */
record Scaled(TensorFiles files, StoredTensor tensor, double[] factors) implements TensorContent {
    private static final int PIECE = 1 << 17;

    @Override
    public void writeTo(Storage storage, OutputStream out) throws IOException {
        long part = tensor.shape().elements() / factors.length;
        byte[] stored = new byte[(int) Math.min(part, PIECE) * tensor.dtype().bytes()];
        double[] values = new double[(int) Math.min(part, PIECE)];
        Encoding encoding = new Encoding(tensor.dtype(), out);
        try (Elements in = files.open(storage, tensor)) {
            for (int i = 0; i < factors.length; i++) {
                for (long done = 0; done < part; done += values.length) {
                    int count = (int) Math.min(values.length, part - done);
                    in.read(i * part + done, count, stored);
                    if (factors[i] == 1) {
                        out.write(stored, 0, count * tensor.dtype().bytes());
                    } else {
                        Decoder.decode(tensor.dtype(), stored, 0, values, 0, count);
                        encoding.write(times(values, count, factors[i]), count);
                    }
                }
            }
        }
    }

    private static double[] times(double[] values, int count, double factor) {
        for (int i = 0; i < count; i++) {
            values[i] *= factor;
        }
        return values;
    }
}
