package org.normscope.audit.network;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.NetworkDescription.LayerText;
import org.normscope.audit.result.TensorRow;
import org.normscope.bound.UpperBound;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.weightnorm.MatrixStatistics;

/**
 * Normalizations from their descriptions.
 *
 * @param lookup of the tensors they name
 */
record NormMaker(Lookup lookup) {
    private static final double TORCH_EPSILON = 1e-5;

    /** The layer, with its scale and bias. */
    Layer make(LayerKind kind, Options options) throws BadCheckpointException, IOException {
        double epsilon = requiredEpsilon(kind, options);
        Integer width = options.whole("width", 1).orElse(null);
        if (options.values().get(kind.word()) instanceof Boolean) {
            if (width == null) {
                throw options.because("needs width, or the name of its scale");
            }
            return made(options, new UpperBound(1), width, epsilon);
        }
        TensorRow row = lookup.tensor(options, options.requiredText(kind.word()));
        double[] scale = scale(options, row);
        if (scale.length == 1 && width == null) {
            throw options.because("needs width, for its scale is one number for all entries");
        }
        int entries = width == null ? scale.length : Math.max(width, scale.length);
        return isFinite(scale)
                ? made(options, new Fold(scale, null).largest(), entries, epsilon)
                : Lookup.unknown(row.tensor().name(), "it holds infinite entries or NaN");
    }

    private Layer made(Options options, UpperBound scale, int width, double epsilon) throws BadCheckpointException {
        String name = options.text("bias").orElse(null);
        if (name == null) {
            return new Layer.Norm(scale, new UpperBound(0), width, epsilon);
        }
        TensorRow row = lookup.tensor(options, name);
        LayerMaker.requireLength(options, row, width);
        MatrixStatistics statistics = Lookup.statistics(row);
        return statistics == null
                ? Lookup.unknown(name, row.reason())
                : new Layer.Norm(scale, ReportedNorms.frobenius(statistics), width, epsilon);
    }

    /** The norm that a larger layer names under a key, as an object; null where it has none. */
    Layer.@Nullable Norm inside(Options options, String key) throws BadCheckpointException, IOException {
        Options norm = options.object(key).orElse(null);
        if (norm == null) {
            return null;
        }
        LayerText text = NetworkDescription.layer(norm, key, key);
        LayerKind kind = LayerKind.named(text.word()).filter(LayerKind::isNorm).orElse(null);
        if (kind == null || !(make(kind, norm) instanceof Layer.Norm made)) {
            throw norm.because("must be a normalization with finite scales");
        }
        return made;
    }

    /** The layer without the scale and the bias that it leaves to others. */
    Layer withoutScale(LayerText text, Fold fold) throws BadCheckpointException {
        LayerKind kind = LayerKind.named(text.word()).orElseThrow();
        double epsilon = requiredEpsilon(kind, text.options());
        return new Layer.Norm(new UpperBound(1), new UpperBound(0), fold.scale().length, epsilon);
    }

    /** Its scale and bias, to be left to others; empty where they aren't finite. */
    Optional<Fold> fold(LayerText text) throws BadCheckpointException, IOException {
        Options options = text.options();
        double[] scale = scale(options, lookup.tensor(options, options.requiredText(text.word())));
        String biasName = options.text("bias").orElse(null);
        double[] shift = biasName == null ? null : lookup.values(lookup.tensor(options, biasName));
        if (shift != null && shift.length != scale.length) {
            throw options.because("has " + scale.length + " scales and " + shift.length + " biases");
        }
        boolean finite = isFinite(scale) && (shift == null || isFinite(shift));
        return finite ? Optional.of(new Fold(scale, shift)) : Optional.empty();
    }

    private double[] scale(Options options, TensorRow row) throws BadCheckpointException, IOException {
        double[] scale = lookup.values(row);
        double offset = options.isOn("unit_offset") ? 1 : 0;
        for (int i = 0; i < scale.length; i++) {
            scale[i] += offset;
        }
        return scale;
    }

    private static boolean isFinite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static double requiredEpsilon(LayerKind kind, Options options) throws BadCheckpointException {
        Optional<Double> epsilon = epsilon(options);
        if (epsilon.isEmpty() && kind != LayerKind.LAYER_NORM) {
            throw options.because("needs eps");
        }
        return epsilon.orElse(TORCH_EPSILON);
    }

    /** A number that isn't negative. */
    static Optional<Double> epsilon(Options options) throws BadCheckpointException {
        Optional<Double> epsilon = options.number("eps");
        if (epsilon.isPresent() && epsilon.get() < 0) {
            throw options.because("eps must not be negative");
        }
        return epsilon;
    }
}
