package org.normscope.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.normscope.convolution.Kernels.gaussian;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;

class SymbolTest {
    /** The symbol's largest singular value by plain loops over taps, and LAPACK. */
    private static double truth(Kernel kernel, double[] angles) {
        int rows = kernel.rows();
        int cols = kernel.channels();
        Matrix doubled = Matrix.zeros(2 * rows, 2 * cols);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                double re = 0;
                double im = 0;
                for (int tap = 0; tap < kernel.taps(); tap++) {
                    int width = kernel.width(1);
                    double phase = tap / width * angles[0] + tap % width * angles[1];
                    double value = kernel.values()[(row * cols + col) * kernel.taps() + tap];
                    re += value * Math.cos(phase);
                    im += value * Math.sin(phase);
                }
                doubled.set(row, col, re);
                doubled.set(rows + row, cols + col, re);
                doubled.set(row, cols + col, -im);
                doubled.set(rows + row, col, im);
            }
        }
        return Decompositions.singularValues(doubled)[0];
    }

    @Test
    void findingsAreTrueAndSharp() {
        long seed = Kernels.seed();
        Random random = new Random(seed);
        for (List<Integer> shape : List.of(List.of(5, 3, 3, 2), List.of(2, 7, 1, 3), List.of(9, 9, 2, 2))) {
            Kernel kernel = gaussian(random.nextLong(), shape);
            Symbol symbol = new Symbol(kernel, Geometry.unknown(2), 0);
            assertThat(symbol.order()).isEqualTo(Math.min(kernel.rows(), kernel.channels()));
            for (int trial = 0; trial < 50; trial++) {
                long[] numerators = {random.nextInt(1 << 10), random.nextInt(1 << 10)};
                double[] angles = {numerators[0] * Math.PI / 512, numerators[1] * Math.PI / 512};
                Frequency frequency = new Frequency(10, numerators);
                double sigma = truth(kernel, angles);
                String what = "seed " + seed + " " + shape + " " + frequency;
                assertThat(sigma).as(what).isLessThan(symbol.ceiling());
                assertThat(symbol.evaluate(new Question(frequency, sigma * (1 + 1e-9))))
                        .as(what)
                        .isEqualTo(new Finding.Below());
                assertThat(symbol.evaluate(new Question(frequency, sigma * (1 - 1e-9))))
                        .as(what)
                        .isInstanceOfSatisfying(
                                Finding.AtLeast.class,
                                at -> assertThat(at.lower())
                                        .isLessThanOrEqualTo(sigma * (1 + 1e-13))
                                        .isCloseTo(sigma, within(1e-9 * sigma)));
            }
        }
    }

    @Test
    void aSymbolOnAnotherMachineFindsTheSame() throws Exception {
        Symbol symbol = new Symbol(gaussian(3, List.of(4, 3, 3, 3)), Geometry.unknown(2), 0);
        Question question = new Question(new Frequency(5, new long[] {3, 7}), 0.5);
        Symbol copy = (Symbol) copy(symbol);
        assertThat(copy.evaluate((Question) copy(question))).isEqualTo(symbol.evaluate(question));
        assertThat(copy(symbol.evaluate(question))).isEqualTo(symbol.evaluate(question));
    }

    private static Object copy(Object value) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }
}
