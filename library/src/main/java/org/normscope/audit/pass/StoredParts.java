package org.normscope.audit.pass;

import java.io.IOException;
import java.io.Serializable;

/** Parts of matrices that machines of a cluster hold, numbered; each has slabs or blocks, in an order. */
public interface StoredParts extends Serializable {
    /** Slabs or blocks in a part. */
    int count(int part);

    /**
     * A slab or block.
     *
     * @param bytes lines contiguous, in the type of the elements
     * @param fetched bytes that were read from the storage for it; fewer than it has where it is stored in codes
     */
    record Fetched(byte[] bytes, long fetched) {}

    /**
     * Reads one slab or block.
     *
     * @param position within its part
     * @throws IOException if the storage fails; the message names the file
     */
    Fetched read(int part, int position) throws IOException;

    /** What to say when a part doesn't fit the heap of its machine. */
    String shortage(int part);
}
