package org.normscope.audit.pass;

import java.io.IOException;
import java.util.function.Consumer;

/** Whoever multiplies: the seam between an audit's arithmetic and where its matrix lies. */
interface Products {
    /**
     * Reads the whole matrix once.
     *
     * @param merge given the share of every slab, in the order of the slabs
     * @throws IOException if the storage fails
     */
    void pass(SlabWork work, Consumer<SlabShare> merge) throws IOException;
}
