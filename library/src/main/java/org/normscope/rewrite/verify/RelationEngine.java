package org.normscope.rewrite.verify;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Whoever reads matrices before and after side by side. Every engine finds the same relations. */
@FunctionalInterface
public interface RelationEngine {
    /**
     * Reads each pair once or twice, in memory that doesn't grow with it.
     *
     * @return for every pair how its new matrix follows from the old one; none where that isn't what was promised
     * @throws IOException if a storage fails
     */
    List<Optional<Relation>> relate(List<Pair> pairs) throws IOException;

    /** Threads of this process; each reads a pair at a time. */
    static RelationEngine local(int threads) {
        return new LocalRelations(threads);
    }
}
