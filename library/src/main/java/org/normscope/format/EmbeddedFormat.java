package org.normscope.format;

import java.io.IOException;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/** A format whose files may also lie inside of a larger file, as the chunks of a distributed checkpoint do. */
public interface EmbeddedFormat {
    /**
     * Whether a part of an open file begins like a file of this format.
     *
     * @param start offset of the part's first byte
     * @param end offset behind its last byte
     * @throws IOException if the storage fails
     */
    boolean recognizes(RangeReader in, long start, long end) throws IOException;

    /**
     * Reads and verifies all headers of what lies in a part of an open file.
     *
     * @param location of the whole file, its name for messages
     * @param in the open file; stays open
     * @param start offset of the part's first byte
     * @param end offset behind its last byte
     * @return tensors whose places are offsets from the start of the whole file; that file is the only one, and its hash is that of the
     *     headers in the part
     * @throws BadCheckpointException if anything about the structure is wrong
     * @throws IOException if the storage fails
     */
    Checkpoint read(String location, RangeReader in, long start, long end) throws BadCheckpointException, IOException;
}
