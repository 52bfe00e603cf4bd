package org.normscope.audit.network;

import java.io.IOException;
import org.normscope.audit.network.NetworkDescription.LayerText;
import org.normscope.convolution.Geometry;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.weights.EffectiveWeight;

/**
 * Linear layers with the batch norm behind them, as one linear map where it fits in memory.
 *
 * @param maker of the two layers
 * @param norms of both together
 */
record FoldedLayer(LayerMaker maker, FoldedNorm norms) {
    /**
     * The layer.
     *
     * @param text of a linear layer
     * @param behind the batch norm
     * @throws BadCheckpointException if the two don't fit
     * @throws IOException if the storage fails
     */
    Layer make(LayerText text, LayerText behind) throws BadCheckpointException, IOException {
        Layer map = maker.make(text);
        if (map instanceof Layer.Unknown) {
            return map;
        }
        FoldedNorm.Use use = use(text, maker.last().weight());
        ChannelFactors factors = maker.factors(behind.options());
        if (!(factors.layer() instanceof Layer.BatchNorm scaling)) {
            return factors.layer();
        }
        // A transposed convolution has as many outputs as its groups make, which the description may leave out.
        if (!(map instanceof Layer.ConvTranspose) && factors.channels() != use.outputs()) {
            throw behind.options()
                    .because("it has " + factors.channels() + " channels, the layer before it " + use.outputs());
        }
        return new Layer.BatchNormed(map, scaling, norms.of(use, factors).orElse(null));
    }

    private static FoldedNorm.Use use(LayerText text, EffectiveWeight weight) throws BadCheckpointException {
        if (LayerKind.LINEAR.word().equals(text.word())) {
            return FoldedNorm.Use.ofMatrix(weight, text.options().isOn("transposed"));
        }
        LayerKind kind = LayerKind.named(text.word()).orElseThrow();
        Geometry geometry =
                KernelWords.use(kind, text.options(), weight.shape().dims()).geometry();
        return FoldedNorm.Use.of(weight, geometry);
    }
}
