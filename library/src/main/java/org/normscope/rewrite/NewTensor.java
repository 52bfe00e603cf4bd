package org.normscope.rewrite;

import java.io.Serializable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * A tensor of a checkpoint that is to be written.
 *
 * @param name its key
 * @param dtype one that safetensors has a name for
 * @param shape dimensions, outermost first
 * @param content writes exactly as many bytes as type and shape take
 */
public record NewTensor(String name, DType dtype, Shape shape, TensorContent content) implements Serializable {
    /**
     * The same elements under another name, or the same: byte for byte those of a row-major little-endian tensor.
     *
     * @throws BadCheckpointException if safetensors has no way to hold them: block codes, and types without a name
     */
    public static NewTensor copy(Checkpoint checkpoint, StoredTensor tensor, String name)
            throws BadCheckpointException {
        return new NewTensor(name, tensor.dtype(), tensor.shape(), StoredCopy.of(checkpoint, tensor));
    }

    /** Bytes of the elements. */
    public long bytes() {
        return StoredTensor.bytes(dtype, shape);
    }
}
