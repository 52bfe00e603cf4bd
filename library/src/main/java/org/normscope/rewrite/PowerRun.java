package org.normscope.rewrite;

import java.io.IOException;
import java.io.Serializable;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.normscope.elements.TensorFiles;
import org.normscope.parity.PowerIteration.Vectors;
import org.normscope.parity.SpectralNormalization;
import org.normscope.spectral.RandomStart;
import org.normscope.storage.Storage;
import org.normscope.tensor.StoredTensor;

/**
 * Torch's power iteration on a stored weight, from a random start of its own. Two passes over the weight for every iteration; the vectors
 * are remembered as long as memory allows, for u and v are written one after the other.
 */
final class PowerRun implements Serializable {
    private static final long serialVersionUID = 1L;

    private final TensorFiles files;
    private final StoredTensor weight;
    private final SpectralNormalization settings;
    private final long seed;
    private transient @Nullable SoftReference<Vectors> found;

    PowerRun(TensorFiles files, StoredTensor weight, SpectralNormalization settings, long seed) {
        this.files = files;
        this.weight = weight;
        this.settings = settings;
        this.seed = seed;
    }

    StoredTensor weight() {
        return weight;
    }

    /** u and v after registration and one evaluation in training. */
    synchronized Vectors vectors(Storage storage) throws IOException {
        Vectors known = found == null ? null : found.get();
        if (known != null) {
            return known;
        }
        StoredTensor matrix = weight.withFirst(settings.dimOf(weight.shape()));
        StoredProducts products = new StoredProducts(storage, files, matrix);
        Vectors vectors = settings.trained(products, settings.registered(products, start(matrix)));
        found = new SoftReference<>(vectors);
        return vectors;
    }

    private Vectors start(StoredTensor matrix) {
        int rows = Math.toIntExact(matrix.shape().rows());
        int cols = Math.toIntExact(matrix.shape().columns());
        double[] normal =
                new RandomStart(seed, weight.name(), 0).gaussian(rows + cols, 1).values();
        return new Vectors(Arrays.copyOf(normal, rows), Arrays.copyOfRange(normal, rows, normal.length));
    }
}
