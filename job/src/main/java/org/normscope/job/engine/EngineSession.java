package org.normscope.job.engine;

import org.normscope.audit.Engine;
import org.normscope.rewrite.verify.VerifiedRewrite;

/** An engine and what has to be shut down with it. */
public interface EngineSession extends VerifiedRewrite.Engines, AutoCloseable {
    /** The engine for the storage that the session was opened with, until it is closed. */
    Engine engine();

    /** Gives back what the engine holds: threads, a Spark context. Never fails. */
    @Override
    void close();
}
