package org.normscope.rewrite;

import java.util.List;
import org.normscope.audit.plan.Selection;
import org.normscope.elements.TensorFiles;
import org.normscope.parity.KeyLayout.SpectralKeys;
import org.normscope.parity.SpectralNormalization;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.rewrite.RewriteDraft.Step;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.How;

/**
 * A checkpoint with torch's spectral norm on its weights: the original, byte for byte, and u and v as they are after registration and one
 * evaluation in training, from a random start. In evaluation torch then applies {@code W / (u . (W v))}, whose norm is 1 or more: as
 * much more as the vectors haven't converged. What bounds a norm by 1 is {@link Normalization}.
 */
public final class SpectralRegistration {
    /** Entries of u and v together; all are held in memory. */
    private static final long MOST_ENTRIES = 1L << 27;

    private final RewriteDraft draft;
    private final SpectralNormalization settings;
    private final long seed;

    private SpectralRegistration(RewriteDraft draft, SpectralNormalization settings, long seed) {
        this.draft = draft;
        this.settings = settings;
        this.seed = seed;
    }

    /**
     * Plans it from names, types and shapes; nothing is read. Matrices and kernels of layers are taken; embeddings, stacks, codes, factors
     * of low-rank products, and what is parametrized already stay.
     *
     * @param settings layout of the keys, iterations, eps, and the dimension that becomes rows; the name in it isn't looked at
     * @param seed of the start; each weight draws its own, by its name
     * @param selection which weights it may take, by their own names
     * @throws BadCheckpointException if a tensor can't be copied
     */
    public static Rewrite of(Checkpoint checkpoint, SpectralNormalization settings, long seed, Selection selection)
            throws BadCheckpointException {
        RewriteDraft draft = new RewriteDraft(checkpoint);
        SpectralRegistration registration = new SpectralRegistration(draft, settings, seed);
        for (StoredTensor weight : new PlainWeights(checkpoint, selection).fit(draft)) {
            registration.register(weight);
        }
        return draft.rewrite();
    }

    private void register(StoredTensor weight) throws BadCheckpointException {
        int dim;
        try {
            dim = settings.dimOf(weight.shape());
        } catch (IllegalArgumentException e) {
            draft.leave(weight.name(), "has shape " + weight.shape() + ", but dim " + settings.dim() + " is asked for");
            return;
        }
        long rows = weight.shape().dims().get(dim);
        long cols = weight.shape().elements() / Math.max(1, rows);
        if (rows > MOST_ENTRIES || cols > MOST_ENTRIES - rows) {
            draft.leave(weight.name(), "is too long: u and v would have " + rows + " and " + cols + " entries");
            return;
        }
        PowerRun run = new PowerRun(TensorFiles.of(draft.checkpoint(), weight), weight, settings, seed);
        SpectralKeys keys = settings.layout().spectralNorm(weight.name());
        List<NewTensor> parts = List.of(
                NewTensor.copy(draft.checkpoint(), weight, keys.original()),
                new NewTensor(keys.u(), weight.dtype(), Shape.of(rows), new TrainedVector(run, TrainedVector.Side.U)),
                new NewTensor(keys.v(), weight.dtype(), Shape.of(cols), new TrainedVector(run, TrainedVector.Side.V)));
        Step step = new Step(weight.name(), "put under spectral norm", new Promise.Divided());
        Parts.obstacle(draft, weight.name(), How.SPECTRAL_NORM, parts)
                .ifPresentOrElse(
                        reason -> draft.leave(weight.name(), reason),
                        () -> draft.replace(List.of(weight), parts, step));
    }
}
