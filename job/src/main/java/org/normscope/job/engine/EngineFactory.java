package org.normscope.job.engine;

import java.io.IOException;
import org.normscope.kernel.Kernels;
import org.normscope.storage.Storage;

/** Starts an engine. What an engine needs, a Spark context above all, is loaded when it is opened and not before. */
@FunctionalInterface
public interface EngineFactory {
    /** Threads of this process. */
    EngineFactory LOCAL = LocalSession::new;

    /**
     * Starts an engine.
     *
     * @param storage where the checkpoint lies; may be captured by a closure and sent to other machines
     * @param kernels the loops, chosen here and used everywhere
     * @throws IOException if it doesn't start
     */
    EngineSession open(Storage storage, Kernels kernels) throws IOException;
}
