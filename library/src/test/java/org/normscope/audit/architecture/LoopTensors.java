package org.normscope.audit.architecture;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Random tensors under names, and what layers with layer norms make of them, by plain loops. Vectors of tokens lie one behind the other. */
final class LoopTensors {
    static final double EPSILON = 1e-2;

    /** Which tokens a token looks at. */
    enum Mask {
        CAUSAL,
        NONE
    }

    private final Random random;
    private final DoubleUnaryOperator sign;
    private final Map<String, double[]> tensors = new LinkedHashMap<>();
    private final Map<String, Integer> rows = new HashMap<>();
    private final WrittenCheckpoint checkpoint = new WrittenCheckpoint();
    private double leastSpread = Double.POSITIVE_INFINITY;

    LoopTensors(Random random) {
        this(random, DoubleUnaryOperator.identity());
    }

    /** @param sign what becomes of each Gaussian number */
    LoopTensors(Random random, DoubleUnaryOperator sign) {
        this.random = random;
        this.sign = sign;
    }

    double[] gaussian(double size, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) sign.applyAsDouble(size * random.nextGaussian());
        }
        return values;
    }

    /** Adds a tensor of Gaussian numbers. */
    void make(String name, double size, long... dims) {
        Shape shape = Shape.of(dims);
        put(name, shape, gaussian(size, (int) shape.elements()));
    }

    void put(String name, Shape shape, double... values) {
        tensors.put(name, values);
        rows.put(name, shape.rank() == 0 ? 1 : shape.dims().get(0).intValue());
        checkpoint.with(name, DType.F32, shape, values);
    }

    /** Adds a matrix and its bias. */
    void linear(String name, int outputs, int inputs) {
        make(name + ".weight", 1 / Math.sqrt(inputs), outputs, inputs);
        make(name + ".bias", 0.5, outputs);
    }

    /** Adds the scale and bias of a layer norm. */
    void norm(String scale, String bias, int width) {
        make(scale, 0.7, width);
        make(bias, 0.3, width);
    }

    double[] get(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /** Length of a tensor's first dimension. */
    int rows(String name) {
        return Objects.requireNonNull(rows.get(name), name);
    }

    WrittenCheckpoint checkpoint() {
        return checkpoint;
    }

    /** The least standard deviation of a vector that was normalized since {@link #forgetSpread}. */
    double leastSpread() {
        return leastSpread;
    }

    void forgetSpread() {
        leastSpread = Double.POSITIVE_INFINITY;
    }

    double[] normed(String scale, String bias, double[] x) {
        int width = get(scale).length;
        double[] y = x.clone();
        for (int t = 0; t < x.length; t += width) {
            double mean = Arrays.stream(x, t, t + width).average().orElseThrow();
            double variance = Arrays.stream(x, t, t + width)
                    .map(v -> (v - mean) * (v - mean) / width)
                    .sum();
            leastSpread = Math.min(leastSpread, Math.sqrt(variance));
            for (int i = 0; i < width; i++) {
                y[t + i] = get(scale)[i] * (x[t + i] - mean) / Math.sqrt(variance + EPSILON) + get(bias)[i];
            }
        }
        return y;
    }

    /** {@code W x + b}. */
    double[] projected(String name, double[] x) {
        double[] w = get(name + ".weight");
        double[] b = get(name + ".bias");
        int inputs = w.length / b.length;
        return times(x, inputs, b, (output, input) -> w[output * inputs + input]);
    }

    /** {@code Wᵀ x + b}, as Conv1D does it. */
    double[] projectedTransposed(String name, double[] x) {
        double[] w = get(name + ".weight");
        double[] b = get(name + ".bias");
        return times(x, w.length / b.length, b, (output, input) -> w[input * b.length + output]);
    }

    /** {@code W x}. */
    double[] times(String name, double[] x, int inputs) {
        double[] w = get(name);
        double[] none = new double[w.length / inputs];
        return times(x, inputs, none, (output, input) -> w[output * inputs + input]);
    }

    private interface Entry {
        double at(int output, int input);
    }

    private static double[] times(double[] x, int inputs, double[] bias, Entry w) {
        int outputs = bias.length;
        double[] y = new double[x.length / inputs * outputs];
        for (int t = 0; t < x.length / inputs; t++) {
            for (int i = 0; i < outputs; i++) {
                y[t * outputs + i] = bias[i];
                for (int j = 0; j < inputs; j++) {
                    y[t * outputs + i] += w.at(i, j) * x[t * inputs + j];
                }
            }
        }
        return y;
    }

    /**
     * Softmax attention of all heads.
     *
     * @param qkv queries, keys and values of all tokens, each width x tokens
     */
    static double[] attention(double[][] qkv, int width, int heads, Mask mask) {
        double[] mixed = new double[qkv[0].length];
        int tokens = mixed.length / width;
        int size = width / heads;
        for (int t = 0; t < tokens; t++) {
            int seen = mask == Mask.CAUSAL ? t + 1 : tokens;
            for (int start = 0; start < width; start += size) {
                double[] weights = new double[seen];
                for (int s = 0; s < seen; s++) {
                    for (int c = start; c < start + size; c++) {
                        weights[s] += qkv[0][t * width + c] * qkv[1][s * width + c] / Math.sqrt(size);
                    }
                    weights[s] = Math.exp(weights[s]);
                }
                double total = Arrays.stream(weights).sum();
                for (int s = 0; s < seen; s++) {
                    for (int c = start; c < start + size; c++) {
                        mixed[t * width + c] += weights[s] / total * qkv[2][s * width + c];
                    }
                }
            }
        }
        return mixed;
    }

    static double[] map(double[] x, DoubleUnaryOperator function) {
        return Arrays.stream(x).map(function).toArray();
    }

    static double geluTanh(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    /** By Simpson's rule for the error function: exact to 1e-10 where it matters here. */
    static double gelu(double x) {
        double end = Math.max(-6, Math.min(6, x));
        int steps = 200;
        double h = end / steps;
        double integral = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
            integral += weight * Math.exp(-h * i * h * i / 2) * h / 3;
        }
        return x * (0.5 + integral / Math.sqrt(2 * Math.PI));
    }

    static double[] sum(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }
}
