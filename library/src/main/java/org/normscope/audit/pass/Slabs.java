package org.normscope.audit.pass;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.normscope.kernel.Slab;

/** Where blocks come from, slabs among them, pass after pass. */
interface Slabs {
    /** Block {@code index}; may be called by several threads, for different blocks. */
    Slab get(int index) throws IOException;

    /** Blocks read again in every pass: constant memory. */
    static Slabs streamed(BlockReader reader) {
        return reader::read;
    }

    /** Blocks read once and kept in their stored type. */
    static Slabs resident(BlockReader reader) {
        AtomicReferenceArray<Slab> kept =
                new AtomicReferenceArray<>(reader.grid().blocks());
        return index -> {
            Slab slab = kept.get(index);
            if (slab == null) {
                slab = reader.read(index);
                kept.set(index, slab);
            }
            return slab;
        };
    }
}
