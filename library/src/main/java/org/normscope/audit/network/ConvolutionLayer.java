package org.normscope.audit.network;

import java.util.List;
import java.util.Optional;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.WeightRow;
import org.normscope.convolution.Geometry;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/** Layers of convolutions from their descriptions. */
final class ConvolutionLayer {
    private static final String PADDING = "convolutions pad with zeros, circularly, or not at all";
    private static final String STRIDED_PADDING = "strided convolutions pad with zeros or not at all";

    private ConvolutionLayer() {}

    /**
     * The layer; an unknown one where there is no norm.
     *
     * @param row of its kernel, audited for this use or for an unknown one
     */
    static Layer of(LayerKind kind, Options options, WeightRow row) throws BadCheckpointException {
        Optional<String> mode = KernelWords.unruledPadding(options);
        if (mode.isPresent()) {
            return new Layer.Unknown("padding by " + Printable.oneLine(mode.get()) + " has no rule");
        }
        OperatorBound operator = row.norm() == null ? null : row.norm().operator();
        if (operator == null) {
            String reason = row.norm() == null ? row.reason() : "it is taken for no kernel of a convolution";
            return Lookup.unknown(row.weight().name(), reason);
        }
        List<Long> shape = row.weight().shape().dims();
        Geometry geometry = KernelWords.use(kind, options, shape).geometry();
        boolean isUnknown = operator.geometry().equals(Geometry.unknown(shape.size() - 2));
        if (!isUnknown && !operator.geometry().equals(geometry)) {
            throw new IllegalArgumentException("norm of " + operator.geometry() + " in a layer with " + geometry);
        }
        boolean isStrided = operator.stride().stream().anyMatch(step -> step > 1);
        List<String> assumed = List.of(isStrided ? STRIDED_PADDING : PADDING);
        return kind == LayerKind.CONV
                ? new Layer.Conv(operator.interval(), assumed)
                : new Layer.ConvTranspose(operator.interval(), assumed);
    }
}
