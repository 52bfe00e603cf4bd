package org.normscope.audit.architecture;

import java.util.Arrays;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/**
 * Layers of convolutional networks by plain loops.
 *
 * @param tensors by torchvision's names
 */
record ImageLoops(LoopTensors tensors) {
    private static final double TORCH_EPSILON = 1e-5;

    /** Channels of square images, row by row. */
    record Image(int channels, int side, double[] values) {
        double at(int channel, int y, int x) {
            boolean inside = y >= 0 && y < side && x >= 0 && x < side;
            return inside ? values[(channel * side + y) * side + x] : 0;
        }
    }

    /** Adds the tensors of a batch norm. */
    void makeBatchNorm(String prefix, int channels) {
        tensors.make(prefix + ".weight", 1, channels);
        tensors.make(prefix + ".bias", 0.3, channels);
        tensors.make(prefix + ".running_mean", 0.3, channels);
        double[] variances = tensors.gaussian(1, channels);
        tensors.put(
                prefix + ".running_var",
                Shape.of(channels),
                Arrays.stream(variances).map(v -> (float) (0.3 + v * v)).toArray());
        tensors.checkpoint().with(prefix + ".num_batches_tracked", DType.I64, Shape.of(), new byte[8]);
    }

    /** Adds a kernel. */
    void makeKernel(String name, int outputs, int inputs, int taps) {
        tensors.make(name + ".weight", Math.sqrt(2.0 / (inputs * taps * taps)), outputs, inputs, taps, taps);
    }

    /** How a kernel moves. */
    record Move(int stride, int padding, int groups) {}

    /** A convolution without a bias. */
    Image conv(String name, Image in, Move move) {
        double[] w = tensors.get(name + ".weight");
        int each = in.channels() / move.groups();
        int outputs = tensors.rows(name + ".weight");
        int taps = (int) Math.round(Math.sqrt((double) w.length / outputs / each));
        int side = (in.side() + 2 * move.padding() - taps) / move.stride() + 1;
        double[] out = new double[outputs * side * side];
        for (int o = 0; o < outputs; o++) {
            int first = o / (outputs / move.groups()) * each;
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double sum = 0;
                    for (int c = 0; c < each; c++) {
                        for (int k = 0; k < taps * taps; k++) {
                            int row = y * move.stride() - move.padding() + k / taps;
                            int col = x * move.stride() - move.padding() + k % taps;
                            sum += w[(o * each + c) * taps * taps + k] * in.at(first + c, row, col);
                        }
                    }
                    out[(o * side + y) * side + x] = sum;
                }
            }
        }
        return new Image(outputs, side, out);
    }

    /** A number added to each channel. */
    Image shifted(String bias, Image in) {
        return each(in, (channel, value) -> value + tensors.get(bias)[channel]);
    }

    Image batchNorm(String prefix, Image in) {
        double[] scale = tensors.get(prefix + ".weight");
        double[] bias = tensors.get(prefix + ".bias");
        double[] mean = tensors.get(prefix + ".running_mean");
        double[] variance = tensors.get(prefix + ".running_var");
        return each(in, (c, value) -> scale[c] * (value - mean[c]) / Math.sqrt(variance[c] + TORCH_EPSILON) + bias[c]);
    }

    static Image relu(Image in) {
        return each(in, (channel, value) -> Math.max(0, value));
    }

    static Image sum(Image a, Image b) {
        return new Image(a.channels(), a.side(), LoopTensors.sum(a.values(), b.values()));
    }

    private interface Entry {
        double of(int channel, double value);
    }

    private static Image each(Image in, Entry entry) {
        double[] out = in.values().clone();
        int area = in.side() * in.side();
        for (int i = 0; i < out.length; i++) {
            out[i] = entry.of(i / area, out[i]);
        }
        return new Image(in.channels(), in.side(), out);
    }

    /** The largest entry under each window; what lies outside doesn't count. */
    static Image maxPool(Image in, int taps, int stride, int padding) {
        int side = (in.side() + 2 * padding - taps) / stride + 1;
        double[] out = new double[in.channels() * side * side];
        for (int i = 0; i < out.length; i++) {
            int top = i / side % side * stride - padding;
            int left = i % side * stride - padding;
            double largest = Double.NEGATIVE_INFINITY;
            for (int y = Math.max(0, top); y < Math.min(in.side(), top + taps); y++) {
                for (int x = Math.max(0, left); x < Math.min(in.side(), left + taps); x++) {
                    largest = Math.max(largest, in.at(i / (side * side), y, x));
                }
            }
            out[i] = largest;
        }
        return new Image(in.channels(), side, out);
    }

    /** The mean of each channel. */
    static double[] mean(Image in) {
        int area = in.side() * in.side();
        double[] mean = new double[in.channels()];
        for (int i = 0; i < in.values().length; i++) {
            mean[i / area] += in.values()[i] / area;
        }
        return mean;
    }
}
