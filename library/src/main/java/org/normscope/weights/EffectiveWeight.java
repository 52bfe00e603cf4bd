package org.normscope.weights;

import java.io.Serializable;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * A matrix that a layer applies, and where its numbers come from; (name, how, batchIndex) is its key.
 *
 * @param name the weight's name
 * @param source the tensor that holds its entries, as it is stored: in a stack, the whole stack
 * @param recipe how it is made of what is stored
 * @param batchIndex index in a stack of matrices, row-major over the stack's dimensions; 0 without one
 */
public record EffectiveWeight(String name, StoredTensor source, Recipe recipe, long batchIndex)
        implements Serializable {
    /** A stored matrix that is the weight. */
    public static EffectiveWeight plain(StoredTensor tensor) {
        return new EffectiveWeight(tensor.name(), tensor, new Recipe.Plain(tensor), 0);
    }

    /** The same where the layer's outputs are known to lie along another dimension than the first; what isn't stored as it is knows that by itself. */
    EffectiveWeight withOutputs(int dim) {
        boolean isTurned = isStored() && !(source.layout() instanceof Layout.Coded);
        return isTurned ? new EffectiveWeight(name, source, new Recipe.Plain(source, dim), batchIndex) : this;
    }

    /** What kind of recipe it has. */
    public How how() {
        return recipe.how();
    }

    /** Whether the source, all of it and as it is stored, is the weight. */
    public boolean isStored() {
        return recipe instanceof Recipe.Plain plain && plain.tensor().equals(source);
    }

    /** Whether it is one matrix of a stack, which its source is. */
    public boolean isSlice() {
        return recipe.parts().get(0).shape().rank() < source.shape().rank();
    }

    /** Whether its name and shape are those of a convolution's kernel. */
    public boolean isConvolution() {
        return Convolutions.isKernel(this);
    }

    /** The weight's shape. */
    public Shape shape() {
        return recipe.shape();
    }

    /** The dimension of the weight that became the rows. */
    public int dim() {
        return recipe.rowDim();
    }

    /** Rows of the 2-D view: dimension {@link #dim}. */
    public long rows() {
        return shape().dims().get(dim());
    }

    /** Columns of the 2-D view: all other dimensions, flattened. */
    public long cols() {
        long cols = 1;
        for (int i = 0; i < shape().rank(); i++) {
            cols *= i == dim() ? 1 : shape().dims().get(i);
        }
        return cols;
    }
}
