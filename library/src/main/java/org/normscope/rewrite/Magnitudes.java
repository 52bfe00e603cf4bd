package org.normscope.rewrite;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.EffectiveEntries;
import org.normscope.elements.TensorFiles;
import org.normscope.storage.Storage;
import org.normscope.tensor.StoredTensor;

/**
 * The g of a weight norm: the norms of a weight's slices, in the weight's type.
 *
 * @param files that the weight lies in
 * @param weight the v that belongs to it
 * @param dim the dimension whose slices have norms of their own; null for the whole tensor
 */
record Magnitudes(
        TensorFiles files, StoredTensor weight, @Nullable Integer dim) implements TensorContent {
    @Override
    public void writeTo(Storage storage, OutputStream out) throws IOException {
        double[] norms = EffectiveEntries.magnitudes(storage, files, weight, dim);
        for (int i = 0; i < norms.length; i++) {
            if (Double.isNaN(norms[i]) || isTooLarge(norms[i])) {
                throw new UnwritableWeightException(
                        files.first(),
                        weight.name(),
                        "the norm of its slice " + i + " is " + norms[i] + ", which no " + weight.dtype() + " holds");
            }
        }
        new Encoding(weight.dtype(), out).write(norms, norms.length);
    }

    private boolean isTooLarge(double norm) {
        return Double.isInfinite(Encoding.rounded(weight.dtype(), norm));
    }
}
