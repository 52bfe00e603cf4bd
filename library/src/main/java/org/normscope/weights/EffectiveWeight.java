package org.normscope.weights;

import java.io.Serializable;
import org.normscope.tensor.StoredTensor;

/**
 * A matrix that a layer applies, and where its numbers come from; (name, how, batchIndex) is its key.
 *
 * @param name the weight's name
 * @param source the tensor that holds its numbers
 * @param how how the numbers are made from what is stored
 * @param batchIndex index in a stack of matrices; 0 without one
 */
public record EffectiveWeight(String name, StoredTensor source, How how, long batchIndex) implements Serializable {
    /** How an effective weight comes from what is stored. */
    public enum How {
        /** Stored as it is. */
        PLAIN
    }

    /** Rows of the 2-D view: dimension 0. */
    public long rows() {
        return source.shape().rows();
    }

    /** Columns of the 2-D view: all other dimensions, flattened. */
    public long cols() {
        return source.shape().columns();
    }

    /** The dimension of the tensor that became the rows. */
    public int dim() {
        return 0;
    }
}
