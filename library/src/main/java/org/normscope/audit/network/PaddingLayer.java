package org.normscope.audit.network;

import java.util.List;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;

/** Padding as a layer of its own: how often an entry appears in what comes out. */
final class PaddingLayer {
    private PaddingLayer() {}

    /**
     * The layer.
     *
     * @param options with the mode, and the entries added at either end of each spatial dimension
     */
    static Layer of(Options options, String word) throws BadCheckpointException {
        String mode = options.requiredText(word);
        List<Integer> amounts = options.wholes("amount", 0);
        if (amounts.isEmpty()) {
            throw options.because("needs amount, for each spatial dimension");
        }
        WideBound gain = WideBound.ONE;
        for (int amount : amounts) {
            gain = gain.times(WideBound.of(times(mode, amount, options)).root());
        }
        return new Layer.Pad(mode, gain.narrow().orElseThrow(() -> options.because("its amount is too large")));
    }

    /** How often an entry appears, in a dimension at least twice as long as what is added. */
    private static double times(String mode, int amount, Options options) throws BadCheckpointException {
        return switch (mode) {
            case "zeros" -> 1;
            case "reflect", "symmetric", "circular" -> amount == 0 ? 1 : 2;
            case "replicate" -> 1.0 + amount;
            default -> throw options.because("pad must be zeros, reflect, symmetric, circular or replicate");
        };
    }
}
