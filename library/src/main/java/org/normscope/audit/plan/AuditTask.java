package org.normscope.audit.plan;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.normscope.elements.TensorFiles;
import org.normscope.matrix.MatrixShape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

/**
 * One tensor to be read and analyzed.
 *
 * @param index the tensor's index in the checkpoint
 * @param tensor what is stored
 * @param files the files it lies in
 * @param weight the matrix it makes; null for a vector or scalar, which is only counted
 */
public record AuditTask(
        int index,
        StoredTensor tensor,
        TensorFiles files,
        @Nullable EffectiveWeight weight) implements Serializable {
    /** The 2-D view. */
    public MatrixShape shape() {
        return MatrixShape.of(tensor.shape());
    }
}
