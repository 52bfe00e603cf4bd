package org.normscope.rewrite;

import java.util.List;
import java.util.OptionalInt;
import org.normscope.audit.plan.Selection;
import org.normscope.elements.TensorFiles;
import org.normscope.parity.KeyLayout.WeightKeys;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.RewriteDraft.Step;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.How;

/**
 * A checkpoint with weight norms in the place of plain weights: v is the weight, byte for byte, g the norms of its slices, in double and
 * rounded once to the weight's type. So {@link Fusion} gives the weight back to one unit in the last place.
 */
public final class Decomposition {
    private final RewriteDraft draft;
    private final WeightNormalization settings;

    private Decomposition(RewriteDraft draft, WeightNormalization settings) {
        this.draft = draft;
        this.settings = settings;
    }

    /**
     * Plans it from names, types and shapes; nothing is read. Matrices and kernels of layers are taken apart; embeddings, stacks, codes,
     * factors of low-rank products, and what is parametrized already stay.
     *
     * @param settings layout of the keys, and the dimension that keeps its own norms; the name in it isn't looked at
     * @param selection which weights it may take apart, by their own names
     * @throws BadCheckpointException if a tensor can't be copied
     */
    public static Rewrite of(Checkpoint checkpoint, WeightNormalization settings, Selection selection)
            throws BadCheckpointException {
        RewriteDraft draft = new RewriteDraft(checkpoint);
        Decomposition decomposition = new Decomposition(draft, settings);
        for (StoredTensor weight : new PlainWeights(checkpoint, selection).fit(draft)) {
            decomposition.apart(weight);
        }
        return draft.rewrite();
    }

    private void apart(StoredTensor weight) throws BadCheckpointException {
        Checkpoint checkpoint = draft.checkpoint();
        OptionalInt dim;
        Shape shape;
        try {
            dim = settings.dimOf(weight.shape());
            shape = settings.magnitudes(weight.shape());
        } catch (IllegalArgumentException e) {
            draft.leave(weight.name(), "has shape " + weight.shape() + ", but dim " + settings.dim() + " is asked for");
            return;
        }
        WeightKeys keys = settings.layout().weightNorm(weight.name());
        Magnitudes g =
                new Magnitudes(TensorFiles.of(checkpoint, weight), weight, dim.isPresent() ? dim.getAsInt() : null);
        List<NewTensor> parts = List.of(
                new NewTensor(keys.g(), weight.dtype(), shape, g), NewTensor.copy(checkpoint, weight, keys.v()));
        Parts.obstacle(draft, weight.name(), How.WEIGHT_NORM, parts)
                .ifPresentOrElse(
                        reason -> draft.leave(weight.name(), reason),
                        () -> draft.replace(
                                List.of(weight), parts, new Step(weight.name(), "decomposed", new Promise.Same())));
    }
}
