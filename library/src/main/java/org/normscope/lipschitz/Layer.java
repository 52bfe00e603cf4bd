package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Interval;
import org.normscope.bound.LowerBound;
import org.normscope.bound.Quantity;
import org.normscope.bound.QuantityTable;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;

/**
 * A layer of a network: a closed language. Each says what becomes of a bound on the way through it ({@link #through}), by which
 * {@link #rule}, on which {@link #assumptions}, and where that is proved ({@link #reference}). What isn't in the language is
 * {@link Unknown}, and nothing is known behind it. Norms enter as upper bounds only; L is the constant of what goes in, R its radius,
 * the largest norm that it can have. MATH: docs/math/lipschitz.md.
 */
public sealed interface Layer {
    /**
     * The value behind this layer.
     *
     * @param inputs the values before it, as many as {@link #arity} says
     */
    Signal through(List<Signal> inputs, Conditions conditions);

    /** How the constant of the output follows from that of the input, and why. */
    Rule rule();

    /**
     * A rule in words. Behind {@code where}, a formula explains symbols by others; before it, each is one of {@link #quantities}, or L or
     * R of an input: {@code L_1} and so on, where there are several.
     *
     * @param formula of the output's constant
     * @param radius formula of the output's largest norm; null where nothing bounds it
     * @param reference section of docs/math/lipschitz.md, and who proved it
     */
    record Rule(String formula, @Nullable String radius, String reference) {
        /** A rule that doesn't bound how large an output is. */
        public Rule(String formula, String reference) {
            this(formula, null, reference);
        }
    }

    /** The numbers of the rule. */
    default List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
        return List.of();
    }

    /** More of them, where a layer has parts of one kind. */
    default List<QuantityTable> tables(List<Signal> inputs, Conditions conditions) {
        return List.of();
    }

    /** What must hold of the network for the rule to apply, in words. */
    default List<String> assumptions(Conditions conditions) {
        return List.of();
    }

    /** How many inputs a layer takes. */
    default Arity arity() {
        return Arity.ONE;
    }

    /** How many inputs a layer takes. */
    enum Arity {
        /** Exactly one. */
        ONE,
        /** Exactly two. */
        TWO,
        /** One or more. */
        SEVERAL
    }

    /**
     * {@code W x + b}, for each token by itself where there are tokens.
     *
     * @param norm spectral norm of W, as the layer applies it
     * @param bias norm of b; 0 without one
     */
    record Linear(Interval norm, UpperBound bias) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Affine.through(inputs.get(0), norm, bias);
        }

        @Override
        public Rule rule() {
            return new Rule("sigma(W) · L", "sigma(W) · R + ‖b‖", "Linear maps: definition of the operator norm");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(
                    Quantity.between("sigma(W)", "spectral norm of W", norm),
                    Quantity.atMost("‖b‖", "norm of the bias", bias));
        }
    }

    /**
     * A convolution of any number of dimensions, zero padded or not.
     *
     * @param norm of the operator, not of the reshaped kernel
     * @param assumed what its norm presumes: "stride unknown: 1" and the like
     */
    record Conv(Interval norm, List<String> assumed) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Affine.spatial(inputs.get(0), norm, conditions.metric());
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "‖K‖ · L", "Convolutions: supremum of the polyphase symbol (Sedghi, Gupta, Long 2019, 1805.10408)");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.between("‖K‖", "norm of the convolution as an operator", norm));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            return assumed;
        }
    }

    /**
     * A transposed convolution: the transpose of a convolution, hence of the same norm.
     *
     * @param norm of the operator, not of the reshaped kernel
     * @param assumed what its norm presumes
     */
    record ConvTranspose(Interval norm, List<String> assumed) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Affine.spatial(inputs.get(0), norm, conditions.metric());
        }

        @Override
        public Rule rule() {
            return new Rule("‖K‖ · L", "Convolutions: a matrix and its transpose have the same norm");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.between("‖K‖", "norm of the transposed convolution as an operator", norm));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            return assumed;
        }
    }

    /**
     * Batch norm at inference: each channel times a factor, plus a constant.
     *
     * @param gain {@code max |scale| / sqrt(variance + epsilon)}
     */
    record BatchNorm(UpperBound gain) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return inputs.get(0).then(WideBound.of(gain), null);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "gain · L where gain = max |scale| / sqrt(variance + epsilon)",
                    "Linear maps: norm of a diagonal matrix");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("gain", "largest factor of a channel", gain));
        }
    }

    /**
     * A linear map with batch norm at inference right behind it, which is one linear map.
     *
     * @param map a linear layer or a convolution
     * @param behind the batch norm
     * @param folded norm of the two together; null if unknown
     */
    record BatchNormed(
            Layer map, BatchNorm behind, @Nullable Interval folded) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            Signal apart = behind.through(List.of(map.through(inputs, conditions)), conditions);
            Affine.Reach reach = map instanceof Linear ? Affine.Reach.SOME_INPUT : Affine.Reach.LARGE_INPUTS;
            return folded == null ? apart : Affine.folded(inputs.get(0), folded, apart, reach);
        }

        @Override
        public Rule rule() {
            return folded == null
                    ? new Rule(
                            "‖W‖ · gain · L where gain = max |scale| / sqrt(variance + epsilon)",
                            "Linear maps: batch norm is a diagonal matrix")
                    : new Rule(
                            "min(‖D W‖, ‖W‖ · gain) · L where D = diag(scale / sqrt(variance + epsilon)), gain = max |D|",
                            "Linear maps: batch norm is folded into the map before it");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            WideBound first = map.through(List.of(Signal.input()), conditions).lipschitz();
            List<Quantity> all = new ArrayList<>();
            if (folded != null) {
                all.add(Quantity.between("‖D W‖", "norm of both together", folded));
            }
            all.add(Quantity.atMost("‖W‖", "norm of the linear map, as an operator", first));
            all.add(Quantity.atMost("gain", "largest factor of a channel", behind.gain()));
            return all;
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            List<String> all = new ArrayList<>(map.assumptions(conditions));
            if (folded != null) {
                all.add("batch norms right behind a linear layer or convolution are folded into it");
            }
            return all;
        }
    }

    /**
     * Row lookup: a token is a one-hot vector, and any two differ by sqrt(2).
     *
     * @param largestRow largest Euclidean norm of a row
     */
    record Embedding(UpperBound largestRow) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            WideBound row = WideBound.of(largestRow);
            WideBound radius = conditions.metric() == Metric.MAX_TOKEN_L2 ? row : null;
            return inputs.get(0).then(row.times(WideBound.of(2).root()), radius);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "sqrt(2) · max ‖e‖ · L",
                    "max ‖e‖ where only max_token_l2 takes tokens by themselves",
                    "Embeddings: ‖e_i - e_j‖ <= 2 max ‖e‖ over a distance of sqrt(2)");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("max ‖e‖", "largest norm of a row", largestRow));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            return List.of("inputs are tokens, one-hot vectors; a mix of tokens is a linear layer instead");
        }
    }

    /**
     * One function for each entry, with slopes in an interval.
     *
     * @param name of the function
     * @param minSlope smallest slope, or below
     * @param maxSlope largest slope, or above
     * @param growth upper bound on {@code |f(x) - f(0)| / |x|}
     * @param atZero upper bound on {@code |f(0)|}
     */
    record Elementwise(String name, double minSlope, double maxSlope, double growth, double atZero) implements Layer {
        /** Rejects an empty or infinite interval of slopes. */
        public Elementwise {
            boolean finite = Double.isFinite(minSlope) && Double.isFinite(maxSlope);
            if (!(minSlope <= maxSlope) || !finite || !(growth >= 0) || !(atZero >= 0)) {
                throw new IllegalArgumentException(name + " with slopes in [" + minSlope + ", " + maxSlope + "]");
            }
        }

        /** {@code max(x, 0) + slope min(x, 0)}, also PReLU with slopes in a range that includes this one and 1. */
        public static Elementwise leakyRelu(double slope) {
            double steepest = Math.max(1, Math.abs(slope));
            return new Elementwise("leaky_relu", Math.min(slope, 1), Math.max(slope, 1), steepest, 0);
        }

        /** {@code x} for x &gt; 0, else {@code alpha (exp x - 1)}; alpha not negative. */
        public static Elementwise elu(double alpha) {
            double steepest = Math.max(1, alpha);
            return new Elementwise("elu", Math.min(0, alpha), steepest, steepest, 0);
        }

        /** {@code max |slope|}. */
        public WideBound steepest() {
            return WideBound.of(Math.max(Math.abs(minSlope), Math.abs(maxSlope)));
        }

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            WideBound radius = inputs.get(0).radius();
            WideBound grown = radius == null || atZero != 0 ? null : radius.times(growth);
            return inputs.get(0).then(steepest(), grown);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "max |slope| · L", atZero == 0 ? "growth · R" : null, "Elementwise functions: mean value theorem");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(
                    Quantity.atMost("max |slope|", "steepest slope of " + name + ", in size", steepest()),
                    Quantity.atMost("growth", "|f(x)| is at most growth |x|", WideBound.of(growth)));
        }
    }

    /** {@code max(x, 0)²} for each entry: no global constant, {@code 2 R} on values of norm R. */
    record SquaredRelu() implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            Signal in = inputs.get(0);
            WideBound radius = in.radius();
            return radius == null
                    ? in.thenUnbounded("squared ReLU has no Lipschitz constant where its input isn't bounded", null)
                    : in.then(radius.times(2), radius.times(radius));
        }

        @Override
        public Rule rule() {
            return new Rule("2 · R · L", "R · R", "Elementwise functions: mean value theorem on |x| <= R");
        }
    }

    /**
     * A map with a known constant and f(0) = 0, such as a softmax's logits, an upsampling, a fixed factor.
     *
     * @param name what it is
     * @param gain its Lipschitz constant
     * @param proof where the constant comes from
     */
    record Fixed(String name, UpperBound gain, String proof) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            WideBound radius = inputs.get(0).radius();
            return inputs.get(0).then(WideBound.of(gain), radius == null ? null : radius.times(gain));
        }

        @Override
        public Rule rule() {
            return new Rule("constant · L", "constant · R", proof);
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("constant", name, gain));
        }
    }

    /**
     * Entries of a value repeated, or zeros, around it.
     *
     * @param mode zeros, reflect and others
     * @param gain root of how often an entry appears
     */
    record Pad(String mode, UpperBound gain) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Affine.spatial(inputs.get(0), WideBound.of(gain), conditions.metric());
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "gain · L where gain = root of how often an entry appears",
                    "gain · R",
                    "Rearrangements: padding repeats entries");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("gain", "of padding by " + mode, gain));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            return gain.value() == 1
                    ? List.of()
                    : List.of("padding by " + mode
                            + " adds at most half as much, both ends together, as it is put around");
        }
    }

    /**
     * A constant added: positions, a known offset.
     *
     * @param size largest norm of the constant; in {@link Metric#MAX_TOKEN_L2} for one token
     */
    record Shift(UpperBound size) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            WideBound radius = inputs.get(0).radius();
            return inputs.get(0).then(WideBound.ONE, radius == null ? null : radius.plus(WideBound.of(size)));
        }

        @Override
        public Rule rule() {
            return new Rule("L", "R + ‖constant‖", "Rearrangements: a constant moves nothing apart");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("‖constant‖", "largest norm of the constant", size));
        }
    }

    /**
     * A row of a table added to each token, chosen by its place or kind and not by what goes in: positions, token types.
     *
     * @param table its name
     * @param row largest norm of a row
     */
    record Lookup(String table, UpperBound row) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            // How often a row is added isn't known: nothing is bounded over all tokens together.
            WideBound radius =
                    conditions.metric() == Metric.MAX_TOKEN_L2 ? inputs.get(0).radius() : null;
            return inputs.get(0).then(WideBound.ONE, radius == null ? null : radius.plus(WideBound.of(row)));
        }

        @Override
        public Rule rule() {
            return new Rule("L", "R + max ‖row‖", "Rearrangements: a constant moves nothing apart");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("max ‖row‖", "longest row of " + table, row));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            return List.of("rows of '" + table + "' are added by place or kind of a token, the same to both inputs");
        }
    }

    /**
     * An LSTM over several steps, from a state that doesn't depend on the input.
     *
     * @param input norm of the matrix on the input, all four gates together
     * @param recurrent norm of the matrix on the output of the step before
     * @param width cells
     * @param run how it is run
     */
    record Lstm(UpperBound input, UpperBound recurrent, long width, Run run) implements Layer {
        /**
         * How it is run.
         *
         * @param steps at least 1
         * @param state largest entry in size of the cell state before the first step; 0 for a start from zeros
         * @param outputs which of them go on
         */
        public record Run(long steps, double state, Outputs outputs) {}

        /** Which outputs go on. */
        public enum Outputs {
            /** That of the last step. */
            LAST,
            /** Those of all steps, side by side. */
            ALL
        }

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Recurrence.through(inputs.get(0), this, conditions.metric());
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "gain · L where gain = root of the sum over steps s of (V_s ‖W_ih‖ (1 + V_(s+1) ‖W_hh‖) .. (1 + V_T ‖W_hh‖))²,"
                            + " V_s = sqrt(1 + C_s² / 16), |c| <= C_s before step s",
                    "Recurrent layers: a step moves h and c by at most what c moved before, plus V times what the gates' inputs move");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(
                    Quantity.atMost("‖W_ih‖", "norm of the matrix on the input", input),
                    Quantity.atMost("‖W_hh‖", "norm of the matrix on the output of the step before", recurrent),
                    Quantity.exactly("T", "steps", run.steps()),
                    Quantity.atMost(
                            "gain",
                            "of all steps together",
                            through(List.of(Signal.input()), conditions).lipschitz()));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            String start =
                    run.state() == 0 ? "zeros" : "cells of at most " + run.state() + " that don't depend on the input";
            return List.of(
                    "the LSTM takes " + run.steps() + (run.steps() == 1 ? " step" : " steps") + " from " + start);
        }
    }

    /**
     * Softmax of {@code x / temperature} over the entries of a token, without or with a logarithm.
     *
     * @param gain Lipschitz constant
     * @param outcome what comes out
     */
    record Softmax(UpperBound gain, Outcome outcome) implements Layer {
        /** What comes out of a softmax. */
        public enum Outcome {
            /** Probabilities: norm at most 1. */
            PROBABILITIES,
            /** Their logarithms: of any size. */
            LOGARITHMS;

            private String word() {
                return this == PROBABILITIES ? "softmax" : "log-softmax";
            }
        }

        /** Softmax at a temperature: 1 / (2 T). */
        public static Softmax at(double temperature) {
            return new Softmax(new UpperBound(Math.nextUp(0.5 / temperature)), Outcome.PROBABILITIES);
        }

        /** Log-softmax over n classes: sqrt(n), attained where one probability is near 1. */
        public static Softmax logarithmic(long classes) {
            return new Softmax(new UpperBound(Math.nextUp(Math.sqrt(classes))), Outcome.LOGARITHMS);
        }

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            boolean small = outcome == Outcome.PROBABILITIES && conditions.metric() == Metric.MAX_TOKEN_L2;
            return inputs.get(0).then(WideBound.of(gain), small ? WideBound.ONE : null);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    outcome == Outcome.PROBABILITIES
                            ? "gain · L where gain = 1 / (2 temperature)"
                            : "gain · L where gain = sqrt(classes)",
                    outcome == Outcome.PROBABILITIES ? "1 where only max_token_l2 takes tokens by themselves" : null,
                    outcome == Outcome.PROBABILITIES
                            ? "Softmax: ‖diag p - p pᵀ‖ <= 1/2 (2510.23012)"
                            : "Log-softmax: ‖I - 1 pᵀ‖ = sqrt(n) ‖p‖");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("gain", "Lipschitz constant of " + outcome.word(), gain));
        }
    }

    /**
     * LayerNorm, RMSNorm, GroupNorm or InstanceNorm: {@code scale * (x - mean) / sqrt(spread² + epsilon) + bias}.
     *
     * @param largestScale {@code max |scale|}; Gemma's RMSNorm has scale 1 + weight
     * @param bias norm of the bias; 0 without one
     * @param width entries normalized together
     * @param epsilon as the layer adds it to the squared spread
     */
    record Norm(UpperBound largestScale, UpperBound bias, long width, double epsilon) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Normalization.through(inputs.get(0), this, conditions);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "max |scale| / sqrt(r² + epsilon) · L",
                    "sqrt(width) · max |scale| + ‖bias‖",
                    "Normalization: the Jacobian is a projection, and less, over sqrt(spread² + epsilon)");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(
                    Quantity.atMost("max |scale|", "largest scale, in size", largestScale),
                    Quantity.exactly("r", "least spread of an input", conditions.spreadFloor()),
                    Quantity.exactly("epsilon", "added to the squared spread", epsilon),
                    Quantity.exactly("width", "entries normalized together", width),
                    Quantity.atMost("‖bias‖", "norm of the bias", bias));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            return conditions.spreadFloor() == 0
                    ? List.of()
                    : List.of(
                            "vectors that enter a normalization have a root mean square (LayerNorm: standard deviation) of at"
                                    + " least " + conditions.spreadFloor());
        }
    }

    /**
     * Pooling over windows, per channel.
     *
     * @param kind what is taken of a window
     * @param windows one for each spatial dimension
     */
    record Pool(Kind kind, List<Window> windows) implements Layer {
        /** What is taken of a window. */
        public enum Kind {
            /** Its largest entry. */
            MAX,
            /** Its mean; that windows aren't cut off at the end is assumed. */
            AVERAGE,
            /** Its mean, divided by no fewer entries than the windows say. */
            COUNTED_AVERAGE
        }

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Affine.spatial(inputs.get(0), gain(), conditions.metric());
        }

        private WideBound gain() {
            WideBound gain = WideBound.ONE;
            for (Window window : windows) {
                gain = gain.times(kind == Kind.MAX ? window.largest() : window.average());
            }
            return gain;
        }

        @Override
        public Rule rule() {
            return new Rule(
                    kind == Kind.MAX
                            ? "gain · L where gain = sqrt(windows that an entry lies in)"
                            : "gain · L where gain = product over dimensions of sqrt(sum over phases of taps²) / kernel",
                    "gain · R",
                    "Pooling: windows that overlap count an entry several times");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("gain", "of windows " + windows, gain()));
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            boolean isShrunk = windows.stream().anyMatch(window -> window.uncounted() > 0);
            String shrunk = isShrunk ? ", over inputs that are no shorter than its windows" : "";
            return kind == Kind.AVERAGE ? List.of("average pooling without ceil_mode" + shrunk) : List.of();
        }
    }

    /**
     * The mean over all positions (global average pooling, mean over tokens).
     *
     * @param positions how many at least
     */
    record Mean(long positions) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            WideBound gain = gain(conditions);
            WideBound radius = inputs.get(0).radius();
            return inputs.get(0).then(gain, radius == null ? null : radius.times(gain));
        }

        private WideBound gain(Conditions conditions) {
            return conditions.metric() == Metric.MAX_TOKEN_L2
                    ? WideBound.ONE
                    : WideBound.ONE.over(new LowerBound(Math.nextDown(Math.sqrt(positions))));
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "gain · L where gain = 1 / sqrt(positions), in max_token_l2 1",
                    "gain · R",
                    "Pooling: norm of a row of 1/n");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return List.of(Quantity.atMost("gain", "of a mean over " + positions + " positions", gain(conditions)));
        }
    }

    /** The sum of several values: residual connections. */
    record Add() implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Joined.sum(inputs);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "sum of all L", "sum of all R", "Graphs: triangle inequality (Scaman, Virmaux 2018, 1805.10965)");
        }

        @Override
        public Arity arity() {
            return Arity.SEVERAL;
        }
    }

    /** The entrywise product of two values. */
    record Multiply() implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Joined.product(inputs.get(0), inputs.get(1));
        }

        @Override
        public Rule rule() {
            return new Rule("R_1 · L_2 + R_2 · L_1", "R_1 · R_2", "Graphs: product rule on bounded sets");
        }

        @Override
        public Arity arity() {
            return Arity.TWO;
        }
    }

    /**
     * Several values side by side.
     *
     * @param axis along which
     */
    record Concat(Axis axis) implements Layer {
        /** Along which axis values are put side by side. */
        public enum Axis {
            /** Features or channels: tokens become longer. */
            FEATURES,
            /** Tokens or positions: there are more of them. */
            TOKENS
        }

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            boolean apart = axis == Axis.TOKENS && conditions.metric() == Metric.MAX_TOKEN_L2;
            return apart ? Joined.largest(inputs) : Joined.rootOfSquares(inputs);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    axis == Axis.TOKENS
                            ? "joined L where that is sqrt(sum of all L²), in max_token_l2 the largest L"
                            : "joined L where that is sqrt(sum of all L²)",
                    "joined R where that is found in the same way",
                    "Graphs: squares of norms of parts add up");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            Signal joined = through(inputs, conditions);
            return List.of(
                    Quantity.atMost("joined L", "of the values side by side", joined.lipschitz()),
                    Quantity.atMost("joined R", "of the values side by side", joined.radius()));
        }

        @Override
        public Arity arity() {
            return Arity.SEVERAL;
        }
    }

    /**
     * Moves entries and computes nothing.
     *
     * @param move which way
     */
    record Reshape(Move move) implements Layer {
        /** Which way entries move. */
        public enum Move {
            /** Within each token: permutations of features, rotary positions, dropout at inference. */
            WITHIN_TOKENS,
            /** Anywhere: flatten, transpose, pixel shuffle. */
            ANYWHERE,
            /** Some are left out, or zeros come in: crop, one token of many, zero padding. */
            SELECTION
        }

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            Signal in = inputs.get(0);
            boolean mixes = move == Move.ANYWHERE && conditions.metric() == Metric.MAX_TOKEN_L2;
            if (mixes) {
                return in.thenUnbounded("entries move between tokens, which max_token_l2 measures apart", null);
            }
            return move == Move.SELECTION ? in.then(WideBound.ONE, in.radius()) : in;
        }

        @Override
        public Rule rule() {
            return new Rule("L", "R", "Rearrangements: isometries and projections");
        }
    }

    /**
     * Multi-head self-attention with softmax over scores, for any mask, ALiBi, sliding window, sink or soft cap: those only make
     * differences of scores smaller or leave weight to zeros.
     *
     * @param heads each with its own queries; keys and values may be shared (GQA)
     * @param output W_O and its bias
     * @param scores what happens between queries and keys
     */
    record Attention(List<Head> heads, Projection output, Scores scores) implements Layer {
        /**
         * One head.
         *
         * @param query W_Q, d_h x d
         * @param key W_K
         * @param value W_V
         * @param queryKey norm of {@code W_Qᵀ W_K}; null if unknown. Counts only where nothing lies between queries and keys.
         * @param outputValue norm of {@code W_O W_V} for this head's columns of W_O
         */
        public record Head(
                Projection query,
                Projection key,
                Projection value,
                @Nullable UpperBound queryKey,
                UpperBound outputValue) {}

        /**
         * From queries and keys to scores.
         *
         * @param factor of the dot product: 1 / sqrt(d_h) mostly
         * @param positions whether keys and queries are rotated by their positions
         * @param queryNorm norm of the queries; null without one
         * @param keyNorm norm of the keys; null without one
         */
        public record Scores(
                UpperBound factor,
                Positions positions,
                @Nullable Norm queryNorm,
                @Nullable Norm keyNorm) {
            /** How positions enter. */
            public enum Positions {
                /** Before the layer, or added to scores. */
                ELSEWHERE,
                /** Rotary: queries and keys are rotated, so that {@code W_Qᵀ W_K} never meets. */
                ROTARY
            }
        }

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Attending.through(inputs.get(0), this, conditions.metric());
        }

        /** For each head, what its scores can be at most in size on tokens of norm at most R. */
        public List<WideBound> logits(WideBound radius) {
            return heads.stream()
                    .map(head -> Attending.logits(head, scores, radius))
                    .toList();
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "min(S, ‖W_O‖ · T) · L where S = sum_h ‖W_O W_V‖ (1 + R s_h), T = sqrt(sum_h (‖W_V‖ (1 + R s_h))²), and s_h ="
                            + " factor (2 ‖W_Qᵀ W_K‖ R + ‖b_q‖ ‖W_K‖ + ‖b_k‖ ‖W_Q‖) or factor (‖q‖ ‖W_K‖ + ‖k‖ ‖W_Q‖)",
                    "min(M, ‖W_O‖ · V) + ‖b_O‖ where M = sum_h ‖W_O W_V‖ R + ‖W_O‖ ‖b_V‖, V = sqrt(sum_h (‖W_V‖ R + ‖b_V‖)²)",
                    "Attention: derived in docs/math; no constant without R (Kim, Papamakarios, Mnih 2021, 2006.04710)");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return Attending.quantities(inputs.get(0), this);
        }

        @Override
        public List<QuantityTable> tables(List<Signal> inputs, Conditions conditions) {
            return Attending.tables(inputs.get(0), this);
        }
    }

    /**
     * {@code W_down (f(W_gate x + b) * (W_up x + b)) + b}: SwiGLU, GeGLU and others.
     *
     * @param gate W_gate
     * @param up W_up
     * @param down W_down
     * @param crossed tighter norms; null if unknown
     * @param activation f
     */
    record GatedMlp(
            Branch gate,
            Branch up,
            Projection down,
            @Nullable Crossed crossed,
            Elementwise activation) implements Layer {
        /**
         * One of the two factors.
         *
         * @param whole the matrix and its bias
         * @param largestRow largest norm of a row
         * @param largestBias largest entry of the bias, in size
         */
        public record Branch(Projection whole, UpperBound largestRow, UpperBound largestBias) {}

        /**
         * Norms of one matrix, each row multiplied by the norm of the other's row.
         *
         * @param gateByUp {@code ‖diag(‖u_i‖) W_gate‖}
         * @param upByGate {@code ‖diag(‖g_i‖) W_up‖}
         */
        public record Crossed(UpperBound gateByUp, UpperBound upByGate) {}

        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Gating.through(inputs.get(0), this);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "‖W_down‖ · (slope · G + U) · L where G = ‖diag(R ‖u_i‖ + |b_i|) W_gate‖, U = ‖diag(R ‖g_i‖ + |b_i|) W_up‖, u_i and g_i rows"
                            + " of W_up and W_gate",
                    "‖W_down‖ · H + ‖b_down‖ where H = min(max |f(gate)| ‖up‖, ‖f(gate)‖ max |up|)",
                    "Gated MLPs: product rule, row by row");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return Gating.quantities(inputs.get(0), this);
        }
    }

    /**
     * A mixture of experts with top-k routing: discontinuous, hence without a constant, unless routing is fixed.
     *
     * @param router norm of the router's matrix; its chosen logits go through a softmax
     * @param chosen k
     * @param experts each with one input
     */
    record Moe(UpperBound router, int chosen, List<Layer> experts) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return Mixture.through(inputs.get(0), this, conditions);
        }

        @Override
        public Rule rule() {
            return new Rule(
                    "none where routing jumps; with fixed routing max_e L_e + sqrt(k) / 2 · ‖W_router‖ · max_e R_e · L",
                    "max_e R_e",
                    "Mixtures: top-k is discontinuous; softmax has the constant 1/2");
        }

        @Override
        public List<Quantity> quantities(List<Signal> inputs, Conditions conditions) {
            return Mixture.quantities(inputs.get(0), this, conditions);
        }

        @Override
        public List<String> assumptions(Conditions conditions) {
            return conditions.routing() == Conditions.Routing.ANY
                    ? List.of()
                    : List.of("both inputs are routed to the same experts");
        }
    }

    /**
     * A matrix inside a larger layer, and its bias.
     *
     * @param norm of the matrix
     * @param bias Euclidean norm of the bias; 0 without one
     */
    record Projection(UpperBound norm, UpperBound bias) {
        /** Without a bias. */
        public static Projection unbiased(UpperBound norm) {
            return new Projection(norm, new UpperBound(0));
        }

        /** The largest norm of {@code W x + b} for {@code ‖x‖ <= radius}. */
        WideBound reach(WideBound radius) {
            return radius.times(norm).plus(WideBound.of(bias));
        }
    }

    /**
     * A layer without a rule. Never skipped: there is no bound behind it.
     *
     * @param reason what it is, and why nothing is known
     */
    record Unknown(String reason) implements Layer {
        @Override
        public Signal through(List<Signal> inputs, Conditions conditions) {
            return inputs.get(0).thenUnbounded(reason, null);
        }

        @Override
        public Rule rule() {
            return new Rule("none: " + reason, "none");
        }

        @Override
        public Arity arity() {
            return Arity.SEVERAL;
        }
    }
}
