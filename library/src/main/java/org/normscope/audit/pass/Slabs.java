package org.normscope.audit.pass;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.normscope.kernel.Slab;

/** Where slabs come from, pass after pass. */
interface Slabs {
    /** Slab {@code index}; may be called by several threads, for different slabs. */
    Slab get(int index) throws IOException;

    /** Slabs read again in every pass: constant memory. */
    static Slabs streamed(SlabReader reader) {
        return reader::read;
    }

    /** Slabs read once and kept in their stored type. */
    static Slabs resident(SlabReader reader) {
        AtomicReferenceArray<Slab> kept =
                new AtomicReferenceArray<>(reader.grid().slabs());
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
