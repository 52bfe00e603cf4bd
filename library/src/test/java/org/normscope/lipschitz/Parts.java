package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.UpperBound;
import org.normscope.linalg.Matrix;

/** Random layers, each twice: with its norms and as plain loops. */
final class Parts {
    static final double EPSILON = 1e-3;

    private final Random random;
    private final TwinNetwork network;
    private final int tokens;
    private final double size;

    /**
     * @param size of the entries of weights, relative to He's
     * @param tokens how many tokens a value has
     */
    Parts(TwinNetwork network, Random random, int tokens, double size) {
        this.network = network;
        this.random = random;
        this.tokens = tokens;
        this.size = size;
    }

    Matrix matrix(int rows, int cols) {
        return RandomNetworks.gaussian(random, rows, cols, size / Math.sqrt(cols));
    }

    double[] vector(int length, double scale) {
        return random.doubles(length).map(x -> scale * (2 * x - 1)).toArray();
    }

    static UpperBound norm(double[] vector) {
        return new UpperBound(RandomNetworks.length(vector) * (1 + 1e-14));
    }

    static UpperBound largest(double[] vector) {
        return new UpperBound(Arrays.stream(vector).map(Math::abs).max().orElse(0));
    }

    private static double[] rowNorms(Matrix matrix) {
        double[] norms = new double[matrix.rows()];
        for (int i = 0; i < norms.length; i++) {
            for (int j = 0; j < matrix.cols(); j++) {
                norms[i] = Math.hypot(norms[i], matrix.get(i, j));
            }
            norms[i] *= 1 + 1e-14;
        }
        return norms;
    }

    private static Matrix rowsTimes(double[] factors, Matrix matrix) {
        Matrix product = DenseNorm.scaled(matrix, 0);
        for (int i = 0; i < factors.length; i++) {
            for (int j = 0; j < matrix.cols(); j++) {
                product.set(i, j, factors[i] * matrix.get(i, j));
            }
        }
        return product;
    }

    static UpperBound sigma(Matrix matrix) {
        return DenseNorm.of(matrix).spectral().upper().orElseThrow();
    }

    Parts linear(int rows, int cols) {
        Matrix w = matrix(rows, cols);
        double[] bias = vector(rows, 0.5);
        network.then(new Layer.Linear(DenseNorm.of(w).spectral(), norm(bias)), Loops.linear(w, bias));
        return this;
    }

    Parts each(Activation activation, DoubleUnaryOperator f) {
        network.then(activation.layer(), Loops.each(f));
        return this;
    }

    /** LayerNorm (center 1) or RMSNorm (center 0), behind the named value. */
    Parts norm(int width, double center, String input) {
        double[] scale = vector(width, 1.5);
        double[] bias = center == 0 ? new double[width] : vector(width, 0.5);
        network.add(
                new Layer.Norm(largest(scale), norm(bias), width, EPSILON),
                Loops.norm(center, scale, bias, EPSILON),
                input);
        return this;
    }

    /** What attention is made of. */
    record Heads(int width, int perHead, int queries, int keys, double bias, Layer.Attention.Scores scores) {}

    /** Attention behind the last value. */
    Parts attention(Heads shape, Loops.Mask mask) {
        List<Layer.Attention.Head> heads = new ArrayList<>();
        List<TwinNetwork.Function> outputs = new ArrayList<>();
        List<Matrix> keys = new ArrayList<>();
        List<Matrix> values = new ArrayList<>();
        for (int i = 0; i < shape.keys(); i++) {
            keys.add(matrix(shape.perHead(), shape.width()));
            values.add(matrix(shape.perHead(), shape.width()));
        }
        Matrix all = matrix(shape.width(), shape.queries() * shape.perHead());
        for (int i = 0; i < shape.queries(); i++) {
            Matrix query = matrix(shape.perHead(), shape.width());
            int shared = i * shape.keys() / shape.queries();
            Matrix out = all.columns(i * shape.perHead(), (i + 1) * shape.perHead());
            double[][] biases = {
                vector(shape.perHead(), shape.bias()),
                vector(shape.perHead(), shape.bias()),
                vector(shape.perHead(), shape.bias())
            };
            heads.add(head(query, keys.get(shared), values.get(shared), out, biases));
            outputs.add(loops(query, keys.get(shared), values.get(shared), out, biases, shape, mask));
        }
        Layer.Projection output = new Layer.Projection(sigma(all), new UpperBound(0));
        network.then(
                new Layer.Attention(heads, output, shape.scores()),
                inputs -> TwinNetwork.sum(
                        outputs.stream().map(head -> head.of(inputs)).toArray(double[][]::new)));
        return this;
    }

    private static Layer.Attention.Head head(Matrix query, Matrix key, Matrix value, Matrix out, double[][] biases) {
        HeadGram ofQuery = HeadGram.ofRows(query);
        HeadGram ofKey = HeadGram.ofRows(key);
        return new Layer.Attention.Head(
                new Layer.Projection(sigma(query), norm(biases[0])),
                new Layer.Projection(sigma(key), norm(biases[1])),
                new Layer.Projection(sigma(value), norm(biases[2])),
                HeadGram.productNorm(ofQuery, ofKey).narrow().orElseThrow(),
                HeadGram.productNorm(HeadGram.ofRows(out.transpose()), HeadGram.ofRows(value))
                        .narrow()
                        .orElseThrow());
    }

    private TwinNetwork.Function loops(
            Matrix query, Matrix key, Matrix value, Matrix out, double[][] biases, Heads shape, Loops.Mask mask) {
        return inputs -> {
            double[] q = Loops.linear(query, biases[0]).of(inputs);
            double[] k = Loops.linear(key, biases[1]).of(inputs);
            double[] v = Loops.linear(value, biases[2]).of(inputs);
            Layer.Attention.Scores scores = shape.scores();
            q = Loops.rotated(normed(q, scores.queryNorm()), tokens, scores.positions());
            k = Loops.rotated(normed(k, scores.keyNorm()), tokens, scores.positions());
            double[] mixed = Loops.attend(q, k, v, tokens, scores.factor().value(), mask);
            return Loops.linear(out, new double[out.rows()]).of(mixed);
        };
    }

    private static double[] normed(double[] x, Layer.@Nullable Norm norm) {
        if (norm == null) {
            return x;
        }
        double[] scale = new double[(int) norm.width()];
        Arrays.fill(scale, norm.largestScale().value());
        return Loops.norm(0, scale, new double[scale.length], norm.epsilon()).of(x);
    }

    /** A gated MLP behind the last value. */
    Parts gated(int width, int hidden, Activation activation, DoubleUnaryOperator f) {
        Matrix gate = matrix(hidden, width);
        Matrix up = matrix(hidden, width);
        Matrix down = matrix(width, hidden);
        double[] gateBias = vector(hidden, 0.3);
        double[] upBias = vector(hidden, 0.3);
        double[] gateRows = rowNorms(gate);
        double[] upRows = rowNorms(up);
        Layer.GatedMlp layer = new Layer.GatedMlp(
                branch(gate, gateBias, gateRows),
                branch(up, upBias, upRows),
                Layer.Projection.unbiased(sigma(down)),
                random.nextBoolean()
                        ? null
                        : new Layer.GatedMlp.Crossed(sigma(rowsTimes(upRows, gate)), sigma(rowsTimes(gateRows, up))),
                activation.layer());
        TwinNetwork.Function function = inputs -> {
            double[] g = Loops.each(f).of(Loops.linear(gate, gateBias).of(inputs));
            double[] u = Loops.linear(up, upBias).of(inputs);
            return Loops.linear(down, new double[width]).of(Loops.product(g, u));
        };
        network.then(layer, function);
        return this;
    }

    private static Layer.GatedMlp.Branch branch(Matrix matrix, double[] bias, double[] rows) {
        return new Layer.GatedMlp.Branch(new Layer.Projection(sigma(matrix), norm(bias)), largest(rows), largest(bias));
    }

    /** A convolution along one dimension, one channel, zero padded; its operator is formed. */
    Parts convolution(double[] kernel, int length, int stride) {
        int outputs = (length + stride - 1) / stride;
        Matrix operator = Matrix.zeros(outputs, length);
        for (int i = 0; i < outputs; i++) {
            for (int k = 0; k < kernel.length; k++) {
                int j = i * stride + k - kernel.length / 2;
                if (j >= 0 && j < length) {
                    operator.set(i, j, kernel[k]);
                }
            }
        }
        network.then(
                new Layer.Conv(DenseNorm.of(operator).spectral(), List.of()),
                Loops.linear(operator, new double[outputs]));
        return this;
    }
}
