package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.bound.UpperBound;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.Layer.Lstm;
import org.normscope.lipschitz.Layer.Lstm.Outputs;

/** LSTMs in plain loops against their bound. */
class RecurrenceTest {
    private static final int CELLS = 3;
    private static final int INPUTS = 2;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final double[] input = gaussian(4 * CELLS * INPUTS);
    private final double[] recurrent = gaussian(4 * CELLS * CELLS);
    private final double[] bias = gaussian(4 * CELLS);

    private double[] gaussian(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextGaussian();
        }
        return values;
    }

    /** All outputs, one step after the other; gates i, f, g, o as in torch. */
    private double[] run(double[] x, int steps, double cell) {
        double[] h = new double[CELLS];
        double[] c = new double[CELLS];
        java.util.Arrays.fill(c, cell);
        double[] all = new double[steps * CELLS];
        for (int step = 0; step < steps; step++) {
            double[] z = bias.clone();
            for (int row = 0; row < z.length; row++) {
                for (int k = 0; k < INPUTS; k++) {
                    z[row] += input[row * INPUTS + k] * x[step * INPUTS + k];
                }
                for (int k = 0; k < CELLS; k++) {
                    z[row] += recurrent[row * CELLS + k] * h[k];
                }
            }
            for (int k = 0; k < CELLS; k++) {
                c[k] = sigmoid(z[CELLS + k]) * c[k] + sigmoid(z[k]) * Math.tanh(z[2 * CELLS + k]);
                h[k] = sigmoid(z[3 * CELLS + k]) * Math.tanh(c[k]);
                all[step * CELLS + k] = h[k];
            }
        }
        return all;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static UpperBound norm(double[] values, int rows, int cols) {
        Matrix matrix = Matrix.zeros(rows, cols);
        for (int i = 0; i < values.length; i++) {
            matrix.set(i / cols, i % cols, values[i]);
        }
        return DenseMap.of(matrix).norm();
    }

    private Signal bound(Lstm.Run run, Metric metric) {
        UpperBound w = norm(input, 4 * CELLS, INPUTS);
        UpperBound r = norm(recurrent, 4 * CELLS, CELLS);
        return Recurrence.through(Signal.input(), new Lstm(w, r, CELLS, run), metric);
    }

    private static double value(Signal signal) {
        return signal.bound().orElseThrow().narrow().orElseThrow().value();
    }

    @ParameterizedTest
    @CsvSource({"1, 0, LAST", "4, 0, LAST", "4, 0, ALL", "5, 2, ALL"})
    void noSecantIsSteeperThanTheBound(int steps, double state, Outputs outputs) {
        double bound = value(bound(new Lstm.Run(steps, state, outputs), Metric.L2));
        Sampler sampler = new Sampler(
                x -> {
                    double[] all = run(x, steps, state);
                    return outputs == Outputs.ALL
                            ? all
                            : java.util.Arrays.copyOfRange(all, all.length - CELLS, all.length);
                },
                x -> x,
                1,
                random);
        double steepest = sampler.steepest(steps * INPUTS, 1);
        assertThat(steepest).as("seed %d", seed).isBetween(1e-7 * bound, bound);
    }

    @Test
    void noTokenMovesFurtherThanTheBound() {
        double bound = value(bound(new Lstm.Run(4, 0, Outputs.ALL), Metric.MAX_TOKEN_L2));
        double steepest = new Sampler(x -> run(x, 4, 0), x -> x, 4, random).steepest(4 * INPUTS, 1);
        assertThat(steepest).as("seed %d", seed).isBetween(1e-7 * bound, bound);
    }

    /** Open gates and a small candidate: the cell passes its input on. */
    @Test
    void oneStepFromZerosReachesTheNormOfItsMatrix() {
        java.util.Arrays.fill(input, 0);
        java.util.Arrays.fill(bias, 40);
        for (int k = 0; k < CELLS; k++) {
            bias[2 * CELLS + k] = 0;
        }
        input[2 * CELLS * INPUTS] = 3;
        double bound = value(bound(new Lstm.Run(1, 0, Outputs.LAST), Metric.L2));
        assertThat(bound).isCloseTo(3, within(1e-6));
        double moved = run(new double[] {1e-4, 0}, 1, 0)[0] - run(new double[] {-1e-4, 0}, 1, 0)[0];
        assertThat(moved / 2e-4).isCloseTo(3, within(1e-5));
    }

    /** By hand: w = r = 1; V = 1, then sqrt(1 + 1/16). */
    @Test
    void twoStepsByHand() {
        UpperBound one = new UpperBound(1);
        double v = Math.sqrt(1 + 1 / 16.0);
        Signal last =
                Recurrence.through(Signal.input(), new Lstm(one, one, 4, new Lstm.Run(2, 0, Outputs.LAST)), Metric.L2);
        assertThat(value(last)).isCloseTo(Math.hypot(1 + v, v), within(1e-12));
        assertThat(last.radius()).isNotNull();
        Signal all =
                Recurrence.through(Signal.input(), new Lstm(one, one, 4, new Lstm.Run(2, 0, Outputs.ALL)), Metric.L2);
        assertThat(value(all)).isCloseTo(Math.sqrt(1 + (1 + v) * (1 + v) + v * v), within(1e-12));
        Signal token = Recurrence.through(
                Signal.input(), new Lstm(one, one, 4, new Lstm.Run(2, 0, Outputs.ALL)), Metric.MAX_TOKEN_L2);
        assertThat(value(token)).isCloseTo(1 + v + v, within(1e-12));
    }

    @Test
    void manyStepsDontOverflow() {
        Signal far = bound(new Lstm.Run(100_000, 0, Outputs.LAST), Metric.L2);
        assertThat(far.bound().orElseThrow().log10()).isGreaterThan(100_000.0);
    }
}
