package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.normscope.audit.network.onnx.GraphLoops.Run;

/** Convolutions, pooling, normalizations and reductions in plain loops. */
final class WindowLoops {
    private WindowLoops() {}

    static Optional<LoopTensor> of(Run run) {
        String operator = run.node().operator();
        return switch (operator) {
            case "Conv" ->
                Optional.of(run.once(Sparse.class, WindowLoops::convolution).of(run.x()));
            case "ConvTranspose" ->
                Optional.of(run.once(Sparse.class, WindowLoops::transposed).of(run.x()));
            case "MaxPool", "AveragePool" ->
                Optional.of(run.once(Windows.class, WindowLoops::windows).of(run.x(), operator.equals("MaxPool")));
            case "GlobalAveragePool" -> Optional.of(reduced(run.x(), spatial(run.x()), true, WindowLoops::mean));
            case "GlobalMaxPool" -> Optional.of(reduced(run.x(), spatial(run.x()), true, WindowLoops::most));
            case "BatchNormalization" -> Optional.of(batchNorm(run));
            case "LayerNormalization" -> Optional.of(layerNorm(run));
            case "Softmax" -> Optional.of(along(run.x(), run.x().axis(run.whole("axis", -1)), WindowLoops::softmax));
            case "LogSoftmax" ->
                Optional.of(along(run.x(), run.x().axis(run.whole("axis", -1)), v -> {
                    double[] p = softmax(v);
                    return Arrays.stream(p).map(Math::log).toArray();
                }));
            default -> reduction(operator).map(f -> reduced(run.x(), axes(run), run.whole("keepdims", 1) != 0, f));
        };
    }

    private static Optional<ToDoubleFunction<double[]>> reduction(String operator) {
        return Optional.ofNullable(
                switch (operator) {
                    case "ReduceMean" -> WindowLoops::mean;
                    case "ReduceMax" -> WindowLoops::most;
                    case "ReduceMin" -> v -> Arrays.stream(v).min().orElseThrow();
                    case "ReduceSum" -> v -> Arrays.stream(v).sum();
                    case "ReduceL1" -> v -> Arrays.stream(v).map(Math::abs).sum();
                    case "ReduceL2" ->
                        v -> Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
                    case "ReduceLogSumExp" ->
                        v -> Math.log(Arrays.stream(v).map(Math::exp).sum());
                    default -> null;
                });
    }

    private static double mean(double[] v) {
        return Arrays.stream(v).average().orElseThrow();
    }

    private static double most(double[] v) {
        return Arrays.stream(v).max().orElseThrow();
    }

    private static double[] softmax(double[] v) {
        double most = most(v);
        double[] e = Arrays.stream(v).map(x -> Math.exp(x - most)).toArray();
        double sum = Arrays.stream(e).sum();
        return Arrays.stream(e).map(x -> x / sum).toArray();
    }

    private static int[] spatial(LoopTensor x) {
        return IntStream.range(2, x.rank()).toArray();
    }

    private static int[] axes(Run run) {
        int[] axes = run.axes(1);
        return axes.length == 0
                ? GraphLoops.range(run.x().rank())
                : Arrays.stream(axes).map(run.x()::axis).toArray();
    }

    private static LoopTensor reduced(LoopTensor x, int[] axes, boolean keeps, ToDoubleFunction<double[]> f) {
        List<Integer> gone = Arrays.stream(axes).boxed().toList();
        int[] kept = x.dims().clone();
        gone.forEach(axis -> kept[axis] = 1);
        double[] values = new double[LoopTensor.size(kept)];
        for (int i = 0; i < values.length; i++) {
            int[] group = LoopTensor.index(kept, i);
            values[i] = f.applyAsDouble(IntStream.range(0, x.v().length)
                    .filter(j -> {
                        int[] index = LoopTensor.index(x.dims(), j);
                        return IntStream.range(0, x.rank()).allMatch(d -> gone.contains(d) || index[d] == group[d]);
                    })
                    .mapToDouble(j -> x.v()[j])
                    .toArray());
        }
        int[] dims = IntStream.range(0, x.rank())
                .filter(d -> keeps || !gone.contains(d))
                .map(d -> kept[d])
                .toArray();
        return new LoopTensor(dims, values);
    }

    /** A function of all entries along an axis. */
    private static LoopTensor along(LoopTensor x, int axis, UnaryOperator<double[]> f) {
        double[] values = new double[x.v().length];
        for (int i = 0; i < values.length; i++) {
            int[] index = LoopTensor.index(x.dims(), i);
            if (index[axis] == 0) {
                int[] places = new int[x.dims()[axis]];
                for (int k = 0; k < places.length; k++) {
                    index[axis] = k;
                    places[k] = LoopTensor.at(x.dims(), index);
                }
                double[] made = f.apply(
                        Arrays.stream(places).mapToDouble(place -> x.v()[place]).toArray());
                for (int k = 0; k < places.length; k++) {
                    values[places[k]] = made[k];
                }
            }
        }
        return new LoopTensor(x.dims(), values);
    }

    private static LoopTensor layerNorm(Run run) {
        LoopTensor norm = along(run.x(), run.x().rank() - 1, v -> {
            double mean = mean(v);
            double variance =
                    Arrays.stream(v).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
            return Arrays.stream(v)
                    .map(x -> (x - mean) / Math.sqrt(variance + run.real("epsilon", 1e-5f)))
                    .toArray();
        });
        LoopTensor.require(run.in(1).v().length == run.x().dims()[run.x().rank() - 1]);
        LoopTensor scaled = norm.with(run.in(1), (a, b) -> a * b);
        return run.has(2) ? scaled.with(run.in(2), Double::sum) : scaled;
    }

    private static LoopTensor batchNorm(Run run) {
        LoopTensor x = run.x();
        LoopTensor.require(run.in(1).v().length == x.dims()[1]);
        double[] values = new double[x.v().length];
        for (int i = 0; i < values.length; i++) {
            int c = LoopTensor.index(x.dims(), i)[1];
            double spread = Math.sqrt(run.in(4).v()[c] + run.real("epsilon", 1e-5f));
            values[i] = (x.v()[i] - run.in(3).v()[c]) / spread * run.in(1).v()[c]
                    + run.in(2).v()[c];
        }
        return new LoopTensor(x.dims(), values);
    }

    /** How a window moves, and over what. */
    private record Slide(int[] kernel, int[] strides, int[] dilations, int[] pads) {
        static Slide of(Run run, int[] kernel) {
            int[] ones = new int[kernel.length];
            Arrays.fill(ones, 1);
            return new Slide(
                    kernel,
                    run.wholes("strides", ones),
                    run.wholes("dilations", ones),
                    run.wholes("pads", new int[2 * kernel.length]));
        }

        int length(int dim, int entries, boolean roundsUp) {
            int left = entries + pads[dim] + pads[dim + kernel.length] - dilations[dim] * (kernel[dim] - 1) - 1;
            int windows = Math.floorDiv(roundsUp ? left + strides[dim] - 1 : left, strides[dim]) + 1;
            LoopTensor.require(windows > 0);
            return roundsUp && (windows - 1) * strides[dim] >= entries + pads[dim] ? windows - 1 : windows;
        }

        /** The entry under a tap of a window, by batch, channel and position; of the tap only the position counts. */
        int[] under(int[] window, int[] tap) {
            int[] place = window.clone();
            for (int d = 0; d < kernel.length; d++) {
                place[d + 2] = window[d + 2] * strides[d] + tap[d + 2] * dilations[d] - pads[d];
            }
            return place;
        }
    }

    /** A linear map as a list of its entries, and what it is added to. */
    private static final class Sparse {
        private final int[] dims;
        private final double[] bias;
        private final List<double[]> entries = new ArrayList<>();

        private Sparse(int[] dims, Run run) {
            this.dims = dims;
            this.bias = new double[LoopTensor.size(dims)];
            for (int i = 0; i < bias.length && run.has(2); i++) {
                bias[i] = run.in(2).v()[LoopTensor.index(dims, i)[1]];
            }
        }

        private LoopTensor of(LoopTensor x) {
            double[] values = bias.clone();
            for (double[] entry : entries) {
                values[(int) entry[0]] += entry[2] * x.v()[(int) entry[1]];
            }
            return new LoopTensor(dims, values);
        }
    }

    private static Sparse convolution(Run run) {
        LoopTensor x = run.x();
        LoopTensor w = run.in(1);
        int[] kernel = Arrays.copyOfRange(w.dims(), 2, w.rank());
        Slide slide = Slide.of(run, kernel);
        int[] dims = x.dims().clone();
        dims[1] = w.dims()[0];
        for (int d = 0; d < kernel.length; d++) {
            dims[d + 2] = slide.length(d, x.dims()[d + 2], false);
        }
        Sparse map = new Sparse(dims, run);
        int groups = (int) run.whole("group", 1);
        LoopTensor.require(w.rank() == x.rank() && w.dims()[0] % groups == 0 && w.dims()[1] * groups == x.dims()[1]);
        int perGroup = w.dims()[0] / groups;
        for (int i = 0; i < LoopTensor.size(dims); i++) {
            int[] out = LoopTensor.index(dims, i);
            for (int j = 0; j < w.v().length; j++) {
                int[] tap = LoopTensor.index(w.dims(), j);
                int[] in = slide.under(out, tap);
                in[1] = out[1] / perGroup * w.dims()[1] + tap[1];
                if (tap[0] == out[1] && isInside(x.dims(), in)) {
                    map.entries.add(new double[] {i, LoopTensor.at(x.dims(), in), w.v()[j]});
                }
            }
        }
        return map;
    }

    private static boolean isInside(int[] dims, int[] index) {
        return IntStream.range(0, dims.length).allMatch(d -> index[d] >= 0 && index[d] < dims[d]);
    }

    private static Sparse transposed(Run run) {
        LoopTensor x = run.x();
        LoopTensor w = run.in(1);
        int[] kernel = Arrays.copyOfRange(w.dims(), 2, w.rank());
        Slide slide = Slide.of(run, kernel);
        int groups = (int) run.whole("group", 1);
        LoopTensor.require(w.rank() == x.rank() && w.dims()[0] % groups == 0 && w.dims()[0] == x.dims()[1]);
        int[] more = run.wholes("output_padding", new int[kernel.length]);
        int[] dims = x.dims().clone();
        dims[1] = w.dims()[1] * groups;
        for (int d = 0; d < kernel.length; d++) {
            dims[d + 2] = (x.dims()[d + 2] - 1) * slide.strides[d]
                    + slide.dilations[d] * (kernel[d] - 1)
                    + 1
                    - slide.pads[d]
                    - slide.pads[d + kernel.length]
                    + more[d];
        }
        Sparse map = new Sparse(dims, run);
        for (int i = 0; i < x.v().length; i++) {
            int[] in = LoopTensor.index(x.dims(), i);
            for (int j = 0; j < w.v().length; j++) {
                int[] tap = LoopTensor.index(w.dims(), j);
                int[] out = slide.under(in, tap);
                out[1] = in[1] / (x.dims()[1] / groups) * w.dims()[1] + tap[1];
                if (tap[0] == in[1] && isInside(dims, out)) {
                    map.entries.add(new double[] {LoopTensor.at(dims, out), i, w.v()[j]});
                }
            }
        }
        return map;
    }

    /** The entries under each window, and by how many their mean is divided. */
    private record Windows(int[] dims, int[][] places, int[] counted) {
        private LoopTensor of(LoopTensor x, boolean isMaximum) {
            double[] values = new double[places.length];
            for (int i = 0; i < values.length; i++) {
                double[] under = Arrays.stream(places[i])
                        .mapToDouble(place -> x.v()[place])
                        .toArray();
                values[i] = isMaximum ? most(under) : Arrays.stream(under).sum() / counted[i];
            }
            return new LoopTensor(dims, values);
        }
    }

    private static Windows windows(Run run) {
        LoopTensor x = run.x();
        int[] kernel = run.wholes("kernel_shape");
        Slide slide = Slide.of(run, kernel);
        boolean roundsUp = run.whole("ceil_mode", 0) != 0;
        boolean countsPads = run.whole("count_include_pad", 0) != 0;
        int[] dims = x.dims().clone();
        int[] padded = x.dims().clone();
        for (int d = 0; d < kernel.length; d++) {
            dims[d + 2] = slide.length(d, x.dims()[d + 2], roundsUp);
            padded[d + 2] += slide.pads[d + kernel.length];
        }
        int[][] places = new int[LoopTensor.size(dims)][];
        int[] counted = new int[places.length];
        for (int i = 0; i < places.length; i++) {
            int[] out = LoopTensor.index(dims, i);
            List<Integer> found = new ArrayList<>();
            for (int j = 0; j < LoopTensor.size(kernel); j++) {
                int[] tap = LoopTensor.index(kernel, j);
                int[] in = slide.under(
                        out,
                        IntStream.concat(IntStream.of(0, 0), Arrays.stream(tap)).toArray());
                if (isInside(x.dims(), in)) {
                    found.add(LoopTensor.at(x.dims(), in));
                }
                boolean isPadded = IntStream.range(2, in.length).allMatch(d -> in[d] < padded[d]);
                counted[i] += isInside(x.dims(), in) || (countsPads && isPadded) ? 1 : 0;
            }
            places[i] = found.stream().mapToInt(place -> place).toArray();
        }
        return new Windows(dims, places, counted);
    }
}
