package org.normscope.rewrite;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import org.normscope.storage.Storage;

/**
 * Where the bytes of a new tensor come from: a recipe that holds no numbers, can be followed again, and may be sent to another machine.
 */
@FunctionalInterface
public interface TensorContent extends Serializable {
    /**
     * Writes all elements, row-major and little-endian, in memory that doesn't grow with the tensor; the same bytes every time.
     *
     * @param storage where the files of the old checkpoint lie
     * @throws IOException if the storage or the stream fails
     */
    void writeTo(Storage storage, OutputStream out) throws IOException;
}
