package org.normscope.job.engine;

import org.normscope.audit.Engine;

/** An engine and what has to be shut down with it. */
public interface EngineSession extends AutoCloseable {
    /** The engine, until the session is closed. */
    Engine engine();

    /** Gives back what the engine holds: threads, a Spark context. Never fails. */
    @Override
    void close();
}
