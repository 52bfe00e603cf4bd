package org.normscope.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.normscope.kernel.Decoder;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.kernel.SlabKernel;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Answer;
import org.normscope.spectral.Ask;
import org.normscope.tensor.DType;

/**
 * A random matrix as a checkpoint stores it, in one slab, and the answers to what an algorithm asks of it.
 *
 * @param slab lines x m
 * @param frobenius upper bound on the Frobenius norm
 */
record StoredMatrix(Slab slab, double frobenius) {
    /** Independent normal entries, rounded to the type. */
    static StoredMatrix gaussian(DType dtype, int lines, int m) {
        Random random = new Random(20_240_607);
        ByteBuffer bytes = ByteBuffer.allocate(lines * m * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            float value = (float) random.nextGaussian();
            switch (dtype) {
                case F32 -> bytes.putFloat(value);
                case BF16 -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
                default -> throw new IllegalArgumentException("no benchmark of " + dtype);
            }
        }
        Slab slab = new Slab(bytes.array(), dtype, lines, m);
        double sum = 0;
        for (double value : decoded(slab)) {
            sum += value * value;
        }
        return new StoredMatrix(slab, Math.sqrt(sum) * (1 + 1e-9));
    }

    private static double[] decoded(Slab slab) {
        double[] values = new double[slab.lines() * slab.m()];
        Decoder.decode(slab.dtype(), slab.bytes(), 0, values, 0, values.length);
        return values;
    }

    /** What an algorithm gets to hear. */
    Answer answer(Ask ask, SlabKernel kernel) {
        int m = slab.m();
        if (ask instanceof Ask.Multiply multiply) {
            Matrix x = multiply.x();
            SlabKernel.Product product =
                    kernel.multiply(slab, new Kernels.Block(x.transpose().values(), m, x.cols()));
            Matrix y = new Matrix(x.cols(), m, product.y()).transpose();
            return new Answer.Product(y, product.squaredNorms(), frobenius);
        }
        double[] gram = new double[m * m];
        kernel.addGram(slab, gram);
        return new Answer.Gram(new Matrix(m, m, gram), frobenius);
    }

    /**
     * Compares a product with a plain computation.
     *
     * @throws IllegalStateException if {@code y} isn't {@code WᵀW x} for the first vector of the block
     */
    void require(Kernels.Block x, double[] y) {
        double[] w = decoded(slab);
        int m = slab.m();
        double[] expected = new double[m];
        for (int l = 0; l < slab.lines(); l++) {
            double z = 0;
            for (int s = 0; s < m; s++) {
                z += w[l * m + s] * x.values()[s * x.b()];
            }
            for (int s = 0; s < m; s++) {
                expected[s] += w[l * m + s] * z;
            }
        }
        for (int s = 0; s < m; s++) {
            require(expected[s], y[s * x.b()]);
        }
    }

    /**
     * Compares a Gram matrix with a plain computation, in its last row.
     *
     * @throws IllegalStateException if they differ
     */
    void requireGram(double[] gram) {
        double[] w = decoded(slab);
        int m = slab.m();
        for (int i = 0; i < m; i++) {
            double expected = 0;
            for (int l = 0; l < slab.lines(); l++) {
                expected += w[l * m + i] * w[l * m + m - 1];
            }
            require(expected, gram[i * m + m - 1]);
        }
    }

    private void require(double expected, double actual) {
        if (!(Math.abs(expected - actual) <= 1e-12 * frobenius * frobenius)) {
            throw new IllegalStateException("expected " + expected + ", computed " + actual);
        }
    }
}
