package org.normscope.audit.pass;

import java.io.IOException;
import java.io.Serializable;

/** Parts of matrices that machines of a cluster hold, numbered; each has slabs or blocks, in an order. */
public interface StoredParts extends Serializable {
    /** Slabs or blocks in a part. */
    int count(int part);

    /**
     * Reads one slab or block: lines contiguous, in the stored type.
     *
     * @param position within its part
     * @throws IOException if the storage fails; the message names the file
     */
    byte[] read(int part, int position) throws IOException;

    /** What to say when a part doesn't fit the heap of its machine. */
    String shortage(int part);
}
