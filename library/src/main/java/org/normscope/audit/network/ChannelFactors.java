package org.normscope.audit.network;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.TensorRow;
import org.normscope.bound.LowerBound;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;

/** A batch norm at inference: channel i is multiplied by {@code scale_i / sqrt(variance_i + epsilon)}. */
final class ChannelFactors {
    /** Bound on the relative error of a factor, and of an entry times a factor: four roundings and some room. */
    static final double RELATIVE_ERROR = 0x1p-50;

    /** What stands behind the prefix of a batch norm's tensors. */
    static final List<String> PARTS =
            List.of(".weight", ".bias", ".running_mean", ".running_var", ".num_batches_tracked");

    private static final List<String> MOVED = List.of(".bias", ".running_mean", ".num_batches_tracked");

    private final double[] factors;
    private final @Nullable UpperBound largest;
    private final @Nullable String reason;

    private ChannelFactors(double[] factors, @Nullable UpperBound largest, @Nullable String reason) {
        this.factors = factors;
        this.largest = largest;
        this.reason = reason;
    }

    /**
     * The factors.
     *
     * @param prefix of the batch norm's tensors
     * @param variances one per channel
     * @param scales one per channel; empty without scales
     */
    static ChannelFactors of(String prefix, double[] variances, double[] scales, double epsilon) {
        double[] factors = new double[variances.length];
        WideBound largest = WideBound.ZERO;
        for (int i = 0; i < variances.length; i++) {
            double below = Math.nextDown(Math.sqrt(Math.nextDown(variances[i] + epsilon)));
            double size = scales.length == 0 ? 1 : Math.abs(scales[i]);
            if (!(below > 0) || Double.isInfinite(below) || !Double.isFinite(size)) {
                return none(prefix + ": channel " + i + " has variance " + variances[i] + ", scale " + size);
            }
            factors[i] = (scales.length == 0 ? 1 : scales[i]) / Math.sqrt(variances[i] + epsilon);
            largest = largest.max(WideBound.of(size).over(new LowerBound(below)));
        }
        UpperBound gain = largest.narrow().orElse(null);
        return gain == null
                ? none(prefix + ": its scale exceeds the largest double")
                : new ChannelFactors(factors, gain, null);
    }

    private static ChannelFactors none(String reason) {
        return new ChannelFactors(new double[0], null, reason);
    }

    /** The tensors of a batch norm, and the number of its scales checked. */
    static ChannelFactors read(Options options, Lookup lookup, double epsilon)
            throws BadCheckpointException, IOException {
        if (options.values().get(LayerKind.BATCH_NORM.word()) instanceof Boolean) {
            return named(options, lookup, epsilon);
        }
        String prefix = options.requiredText(LayerKind.BATCH_NORM.word());
        double[] variances = lookup.values(lookup.tensor(options, prefix + ".running_var"));
        TensorRow scale = lookup.optional(prefix + ".weight").orElse(null);
        double[] scales = scale == null ? new double[0] : lookup.values(scale);
        for (String moved : MOVED) {
            // These move what comes out, or nothing at all: they have no part in the constant.
            lookup.optional(prefix + moved);
        }
        return checked(options, prefix, variances, scales).of(epsilon);
    }

    /** Tensors that have names of their own. */
    private static ChannelFactors named(Options options, Lookup lookup, double epsilon)
            throws BadCheckpointException, IOException {
        String variance = options.requiredText("variance");
        String scale = options.text("weight").orElse(null);
        double[] variances = lookup.values(lookup.tensor(options, variance));
        double[] scales = scale == null ? new double[0] : lookup.values(lookup.tensor(options, scale));
        return checked(options, variance, variances, scales).of(epsilon);
    }

    private static Numbers checked(Options options, String name, double[] variances, double[] scales)
            throws BadCheckpointException {
        if (scales.length > 0 && scales.length != variances.length) {
            throw options.because(name + " has " + scales.length + " scales and " + variances.length + " variances");
        }
        return new Numbers(name, variances, scales);
    }

    private record Numbers(String name, double[] variances, double[] scales) {
        private ChannelFactors of(double epsilon) {
            return ChannelFactors.of(name, variances, scales, epsilon);
        }
    }

    /** The layer by itself; an unknown one where a factor isn't a number. */
    Layer layer() {
        return largest == null ? new Layer.Unknown(String.valueOf(reason)) : new Layer.BatchNorm(largest);
    }

    /** How many channels there are; 0 where a factor isn't a number. */
    int channels() {
        return factors.length;
    }

    /** All factors. */
    double[] values() {
        return factors.clone();
    }

    /** A matrix with each row multiplied by its factor; modified. */
    Matrix on(Matrix matrix) {
        for (int col = 0; col < matrix.cols(); col++) {
            for (int row = 0; row < matrix.rows(); row++) {
                matrix.set(row, col, matrix.get(row, col) * factors[row]);
            }
        }
        return matrix;
    }

    /** Upper bound on the Frobenius norm of such a matrix. */
    UpperBound on(UpperBound frobenius) {
        double most = largest == null ? Double.POSITIVE_INFINITY : largest.value();
        return new UpperBound(Math.min(Double.MAX_VALUE, frobenius.value() * most * (1 + 0x1p-50)));
    }
}
