package org.normscope.audit.plan;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Scaling;
import org.normscope.matrix.MatrixShape;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

/**
 * One tensor to be read and analyzed.
 *
 * @param index the tensor's index in the checkpoint
 * @param tensor what is stored
 * @param files the files it lies in
 * @param weight the matrix it makes; null for what is only counted
 * @param scaling factors that make the matrix of what is stored; null if there are none
 */
public record AuditTask(
        int index,
        StoredTensor tensor,
        TensorFiles files,
        @Nullable EffectiveWeight weight,
        @Nullable Scaling scaling) implements Serializable {
    /** A task without factors. */
    public AuditTask(int index, StoredTensor tensor, TensorFiles files, @Nullable EffectiveWeight weight) {
        this(index, tensor, files, weight, null);
    }

    /** Bound on the relative error of entries that factors were put on; 0 without factors. */
    public double scalingError() {
        return scaling == null ? 0 : scaling.error();
    }

    /** Whether entries are numbers of at most 26 bits, so that products of two are exact in double. */
    public boolean hasShortEntries() {
        return tensor.dtype() != DType.F64 && scaling == null;
    }

    /** The factors on a part of the matrix, cut along its long side: it begins at this line, and this entry within it. */
    public Scaling.@Nullable Tiles scaling(long line, long entry) {
        if (scaling == null) {
            return null;
        }
        return shape().isTall() ? scaling.rows(line, entry) : scaling.columns(line, entry);
    }

    /** The 2-D view. */
    public MatrixShape shape() {
        return MatrixShape.of(tensor.shape());
    }
}
