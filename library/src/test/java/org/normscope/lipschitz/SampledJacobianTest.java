package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.Layer.Attention.Scores;
import org.normscope.lipschitz.Layer.Attention.Scores.Positions;

/**
 * No secant of a network is steeper than its bound: random and hill-climbed samples of small networks in plain loops. Each must also find
 * a stated part of the bound, or the search would prove nothing.
 */
class SampledJacobianTest {
    private static final Loops.Mask ALL = (from, to) -> true;
    private static final Loops.Mask CAUSAL = (from, to) -> to <= from;
    private static final Loops.Mask WINDOW = (from, to) -> Math.abs(from - to) <= 1;
    private static final UpperBound HALF = new UpperBound(0.5);
    private static final double RADIUS = 2;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    /**
     * A network and where it is sampled.
     *
     * @param tokens 0 for the norm of all entries
     * @param part of the bound that samples must reach
     */
    private record Subject(String name, TwinNetwork network, Shape shape, double part) {}

    /** What goes in: tokens of a width and a typical size, of norm at most radius (0: any). */
    private record Shape(int tokens, int width, double scale, double radius) {}

    @TestFactory
    Stream<DynamicTest> noSecantIsSteeperThanTheBound() {
        return Stream.of(feedForward(), convolutional(), attention(), blocks())
                .flatMap(List::stream)
                .map(subject -> DynamicTest.dynamicTest(subject.name(), () -> check(subject)));
    }

    private void check(Subject subject) {
        Shape shape = subject.shape();
        Metric metric = shape.tokens() == 0 ? Metric.L2 : Metric.MAX_TOKEN_L2;
        int tokens = Math.max(1, shape.tokens());
        Signal input = shape.radius() == 0 ? Signal.input() : Signal.input(WideBound.of(shape.radius()));
        Signal output = subject.network().graph().output(input, new Conditions(metric, 0, Conditions.Routing.FIXED));
        double bound = output.bound()
                .orElseThrow(() -> new AssertionError(output.reason()))
                .narrow()
                .orElseThrow()
                .value();
        UnaryOperator<double[]> domain = shape.radius() == 0 ? x -> x : x -> inside(x, tokens, shape.radius());
        Sampler sampler = new Sampler(subject.network()::apply, domain, tokens, random);
        double steepest = sampler.steepest(tokens * shape.width(), shape.scale());
        assertThat(steepest).as("seed %d", seed).isLessThanOrEqualTo(bound);
        assertThat(steepest).as("found, of %s, seed %d", bound, seed).isGreaterThanOrEqualTo(subject.part() * bound);
        if (output.radius() != null) {
            double radius = output.radius().narrow().orElseThrow().value();
            for (int i = 0; i < 200; i++) {
                double[] x = domain.apply(new Random(i)
                        .doubles(tokens * shape.width())
                        .map(v -> shape.scale() * (4 * v - 2))
                        .toArray());
                double[] y = subject.network().apply(x);
                assertThat(longest(y, tokens)).as("norm, seed %d", seed).isLessThanOrEqualTo(radius);
            }
        }
    }

    private List<Subject> feedForward() {
        TwinNetwork relu = new TwinNetwork();
        new Parts(relu, random, 1, 1)
                .linear(8, 6)
                .each(Activation.RELU, x -> Math.max(x, 0))
                .linear(5, 8);
        TwinNetwork gelu = new TwinNetwork();
        new Parts(gelu, random, 1, 1)
                .linear(8, 6)
                .each(Activation.GELU_TANH, SampledJacobianTest::gelu)
                .linear(8, 8)
                .each(Activation.HARDSWISH, x -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1))
                .linear(5, 8);
        TwinNetwork residual = new TwinNetwork();
        new Parts(residual, random, 1, 1)
                .linear(6, 6)
                .each(Activation.SILU, SampledJacobianTest::silu)
                .linear(6, 6);
        residual.plus(Graph.INPUT);
        TwinNetwork product = new TwinNetwork();
        new Parts(product, random, 1, 1).linear(6, 6).each(Activation.TANH, Math::tanh);
        product.then(new Layer.Reshape(Layer.Reshape.Move.ANYWHERE), inputs -> reversed(inputs[0]));
        new Parts(product, random, 1, 1).linear(6, 6);
        product.add(new Layer.Multiply(), Loops::product, Graph.INPUT, product.last());
        TwinNetwork squared = new TwinNetwork();
        new Parts(squared, random, 1, 1).linear(6, 6);
        squared.then(new Layer.SquaredRelu(), Loops.each(x -> x > 0 ? x * x : 0));
        Shape flat = new Shape(0, 6, 1, 0);
        Shape ball = new Shape(0, 6, 1, RADIUS);
        return List.of(
                new Subject("MLP with ReLU", relu, flat, 0.2),
                new Subject("MLP with GELU and hardswish", gelu, flat, 0.03),
                new Subject("residual MLP with SiLU", residual, flat, 0.2),
                new Subject("product with a branch", product, ball, 0.03),
                new Subject("squared ReLU", squared, ball, 0.15));
    }

    private List<Subject> convolutional() {
        TwinNetwork maximum = new TwinNetwork();
        new Parts(maximum, random, 1, 1).convolution(new double[] {1, -2, 0.5}, 15, 1);
        maximum.then(
                new Layer.Pool(Layer.Pool.Kind.MAX, List.of(Window.of(3, 2))),
                inputs -> pooled(inputs[0], Math::max, 1));
        TwinNetwork mean = new TwinNetwork();
        new Parts(mean, random, 1, 1)
                .convolution(new double[] {1, 2, 0.5}, 15, 1)
                .each(Activation.RELU, x -> Math.max(x, 0));
        mean.then(
                new Layer.Pool(Layer.Pool.Kind.AVERAGE, List.of(Window.of(3, 2))),
                inputs -> pooled(inputs[0], Double::sum, 1 / 3.0));
        mean.then(new Layer.Mean(7), inputs -> new double[] {TwinNetwork.sum(inputs)[0] / 7 + rest(inputs[0]) / 7});
        TwinNetwork classes = new TwinNetwork();
        new Parts(classes, random, 1, 2).linear(4, 6);
        classes.then(Layer.Softmax.at(0.7), inputs -> softmax(inputs[0], 0.7));
        TwinNetwork logarithms = new TwinNetwork();
        logarithms.then(Layer.Softmax.logarithmic(5), inputs -> logSoftmax(inputs[0]));
        TwinNetwork joined = new TwinNetwork();
        new Parts(joined, random, 1, 1).linear(4, 6);
        joined.add(new Layer.Concat(Layer.Concat.Axis.FEATURES), SampledJacobianTest::concat, "0", Graph.INPUT);
        return List.of(
                new Subject("convolution with max pooling", maximum, new Shape(0, 15, 1, 0), 0.3),
                new Subject("convolution with average pooling", mean, new Shape(0, 15, 1, 0), 0.3),
                new Subject("softmax", classes, new Shape(0, 6, 1, 0), 0.2),
                new Subject("log-softmax", logarithms, new Shape(0, 5, 20, 0), 0.9),
                new Subject("concatenation", joined, new Shape(0, 6, 1, 0), 0.9));
    }

    private List<Subject> attention() {
        Scores plain = new Scores(HALF, Positions.ELSEWHERE, null, null);
        Scores rotary = new Scores(HALF, Positions.ROTARY, null, null);
        Layer.Norm norm = new Layer.Norm(new UpperBound(1.2), new UpperBound(0), 4, 0.5);
        Scores normed = new Scores(HALF, Positions.ROTARY, norm, norm);
        Shape ball = new Shape(4, 6, 1, RADIUS);
        return List.of(
                new Subject("attention", attending(new Parts.Heads(6, 4, 1, 1, 0, plain), ALL, 1), ball, 0.1),
                new Subject("causal heads", attending(new Parts.Heads(6, 4, 3, 3, 0, plain), CAUSAL, 1), ball, 0.05),
                new Subject("biases, window", attending(new Parts.Heads(6, 4, 2, 2, 1, plain), WINDOW, 1), ball, 0.05),
                new Subject("steep scores", attending(new Parts.Heads(6, 4, 1, 1, 0, plain), CAUSAL, 3), ball, 0.05),
                new Subject(
                        "rotary, shared keys", attending(new Parts.Heads(6, 4, 4, 2, 0.5, rotary), ALL, 1), ball, 0.02),
                new Subject(
                        "normalized queries",
                        attending(new Parts.Heads(6, 4, 2, 1, 0.5, normed), CAUSAL, 1),
                        ball,
                        0.02));
    }

    private TwinNetwork attending(Parts.Heads heads, Loops.Mask mask, double size) {
        TwinNetwork network = new TwinNetwork();
        new Parts(network, random, 4, size).attention(heads, mask);
        return network;
    }

    private List<Subject> blocks() {
        Parts.Heads heads = new Parts.Heads(6, 4, 2, 1, 0.2, new Scores(HALF, Positions.ELSEWHERE, null, null));
        Shape ball = new Shape(4, 6, 1, RADIUS);
        TwinNetwork layerNorm = new TwinNetwork();
        new Parts(layerNorm, random, 4, 1).norm(6, 1, Graph.INPUT);
        TwinNetwork rmsNorm = new TwinNetwork();
        new Parts(rmsNorm, random, 4, 1).norm(6, 0, Graph.INPUT);
        TwinNetwork swiglu = new TwinNetwork();
        new Parts(swiglu, random, 4, 1).gated(6, 10, Activation.SILU, SampledJacobianTest::silu);
        TwinNetwork geglu = new TwinNetwork();
        new Parts(geglu, random, 4, 2).gated(6, 10, Activation.GELU_TANH, SampledJacobianTest::gelu);
        TwinNetwork glu = new TwinNetwork();
        new Parts(glu, random, 4, 1).gated(6, 10, Activation.SIGMOID, x -> 1 / (1 + Math.exp(-x)));
        TwinNetwork post = new TwinNetwork();
        new Parts(post, random, 4, 1).attention(heads, CAUSAL);
        post.plus(Graph.INPUT);
        new Parts(post, random, 4, 1).norm(6, 1, post.last()).linear(6, 6);
        TwinNetwork parallel = new TwinNetwork();
        Parts branches = new Parts(parallel, random, 4, 0.7);
        branches.norm(6, 0, Graph.INPUT)
                .attention(heads, ALL)
                .norm(6, 0, Graph.INPUT)
                .gated(6, 8, Activation.SILU, SampledJacobianTest::silu);
        parallel.add(new Layer.Add(), TwinNetwork::sum, Graph.INPUT, "1", "3");
        return List.of(
                new Subject("LayerNorm at small variance", layerNorm, new Shape(4, 6, 1e-2, 0), 0.8),
                new Subject("RMSNorm at small inputs", rmsNorm, new Shape(4, 6, 1e-2, 0), 0.8),
                new Subject("SwiGLU", swiglu, ball, 0.02),
                new Subject("GeGLU", geglu, ball, 0.02),
                new Subject("GLU", glu, ball, 0.02),
                new Subject("pre-norm transformer", transformer(heads), new Shape(4, 6, 0.1, 0), 0),
                new Subject("post-norm block", post, ball, 0.003),
                new Subject("parallel block", parallel, new Shape(4, 6, 0.1, 0), 0.003),
                new Subject("mixture with fixed routing", mixture(), ball, 0.02));
    }

    private TwinNetwork transformer(Parts.Heads heads) {
        TwinNetwork network = new TwinNetwork();
        Parts parts = new Parts(network, random, 4, 0.7);
        String stream = Graph.INPUT;
        for (int block = 0; block < 2; block++) {
            parts.norm(6, 0, stream).attention(heads, CAUSAL);
            network.plus(stream);
            stream = network.last();
            parts.norm(6, 0, stream).gated(6, 8, Activation.SILU, SampledJacobianTest::silu);
            network.plus(stream);
            stream = network.last();
        }
        return network;
    }

    /** Two experts, always both: weights from a softmax of the router's logits. */
    private TwinNetwork mixture() {
        TwinNetwork first = new TwinNetwork();
        new Parts(first, random, 4, 1).gated(6, 8, Activation.SILU, SampledJacobianTest::silu);
        TwinNetwork second = new TwinNetwork();
        new Parts(second, random, 4, 1).gated(6, 8, Activation.SILU, SampledJacobianTest::silu);
        Matrix router = RandomNetworks.gaussian(random, 2, 6, 1);
        TwinNetwork network = new TwinNetwork();
        List<Layer> experts = Stream.of(first, second)
                .map(expert -> expert.graph().nodes().get(0).layer())
                .toList();
        network.then(new Layer.Moe(Parts.sigma(router), 2, experts), inputs -> {
            double[] logits = Loops.linear(router, new double[2]).of(inputs);
            double[] a = first.apply(inputs[0]);
            double[] b = second.apply(inputs[0]);
            for (int i = 0; i < a.length; i++) {
                int token = i / 6;
                double weight = 1 / (1 + Math.exp(logits[2 * token + 1] - logits[2 * token]));
                a[i] = weight * a[i] + (1 - weight) * b[i];
            }
            return a;
        });
        return network;
    }

    private static double[] inside(double[] x, int tokens, double radius) {
        double[] y = x.clone();
        int width = x.length / tokens;
        for (int t = 0; t < tokens; t++) {
            double length = 0;
            for (int i = t * width; i < (t + 1) * width; i++) {
                length = Math.hypot(length, x[i]);
            }
            for (int i = t * width; i < (t + 1) * width && length > radius; i++) {
                y[i] *= radius / length * (1 - 1e-12);
            }
        }
        return y;
    }

    private static double longest(double[] x, int tokens) {
        double longest = 0;
        int width = x.length / tokens;
        for (int t = 0; t < tokens; t++) {
            double length = 0;
            for (int i = t * width; i < (t + 1) * width; i++) {
                length = Math.hypot(length, x[i]);
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    private static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    private static double gelu(double x) {
        return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    private static double[] reversed(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[x.length - 1 - i];
        }
        return y;
    }

    private static double[] pooled(double[] x, DoubleBinaryOperator join, double factor) {
        double[] y = new double[(x.length - 3) / 2 + 1];
        for (int i = 0; i < y.length; i++) {
            double joined = join.applyAsDouble(join.applyAsDouble(x[2 * i], x[2 * i + 1]), x[2 * i + 2]);
            y[i] = factor * joined;
        }
        return y;
    }

    private static double rest(double[] x) {
        double sum = 0;
        for (int i = 1; i < x.length; i++) {
            sum += x[i];
        }
        return sum;
    }

    private static double[] softmax(double[] x, double temperature) {
        double total = 0;
        double[] p = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            p[i] = Math.exp(x[i] / temperature);
            total += p[i];
        }
        for (int i = 0; i < x.length; i++) {
            p[i] /= total;
        }
        return p;
    }

    private static double[] logSoftmax(double[] x) {
        double[] p = softmax(x, 1);
        for (int i = 0; i < x.length; i++) {
            p[i] = Math.log(p[i]);
        }
        return p;
    }

    private static double[] concat(double[]... parts) {
        double[] all = new double[parts[0].length + parts[1].length];
        System.arraycopy(parts[0], 0, all, 0, parts[0].length);
        System.arraycopy(parts[1], 0, all, parts[0].length, parts[1].length);
        return all;
    }
}
