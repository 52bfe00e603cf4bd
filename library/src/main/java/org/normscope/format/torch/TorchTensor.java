package org.normscope.format.torch;

import org.normscope.tensor.Shape;

/** A tensor that a pickle makes: a view of a storage, or one that isn't read. */
sealed interface TorchTensor permits TensorCall, UnreadTensor {
    /** Its dimensions, as far as they are known. */
    Shape shape();
}
