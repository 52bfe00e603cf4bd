package org.normscope.rewrite;

import java.io.IOException;
import java.io.OutputStream;
import org.normscope.kernel.Decoder;
import org.normscope.kernel.Encoder;
import org.normscope.tensor.DType;

/** Doubles on their way into a file, each rounded once. */
final class Encoding {
    private final DType dtype;
    private final OutputStream out;
    private byte[] stored = new byte[0];

    Encoding(DType dtype, OutputStream out) {
        this.dtype = dtype;
        this.out = out;
    }

    /** What is stored of a number. */
    static double rounded(DType dtype, double value) {
        byte[] stored = new byte[dtype.bytes()];
        Encoder.encode(dtype, new double[] {value}, 0, 1, stored);
        double[] rounded = new double[1];
        Decoder.decode(dtype, stored, 0, rounded, 0, 1);
        return rounded[0];
    }

    /** @param values {@code count} numbers, from 0 on. Not modified. */
    void write(double[] values, int count) throws IOException {
        int bytes = Math.multiplyExact(count, dtype.bytes());
        if (stored.length < bytes) {
            stored = new byte[bytes];
        }
        Encoder.encode(dtype, values, 0, count, stored);
        out.write(stored, 0, bytes);
    }
}
