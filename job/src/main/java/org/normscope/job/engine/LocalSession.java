package org.normscope.job.engine;

import org.normscope.audit.Engine;

/** The engine of this process; holds nothing between two audits. */
record LocalSession(Engine engine) implements EngineSession {
    @Override
    public void close() {}
}
