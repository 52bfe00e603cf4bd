package org.normscope.job.engine;

import org.normscope.audit.Engine;
import org.normscope.audit.LocalEngine;
import org.normscope.kernel.Kernels;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.verify.RelationEngine;
import org.normscope.storage.Storage;

/** The engine of this process; holds nothing between two audits. */
record LocalSession(Storage storage, Kernels kernels) implements EngineSession {
    @Override
    public Engine engine() {
        return engine(storage);
    }

    @Override
    public Engine engine(Storage other) {
        return new LocalEngine(other, kernels);
    }

    @Override
    public ShardEngine shards() {
        return ShardEngine.local(Runtime.getRuntime().availableProcessors());
    }

    @Override
    public RelationEngine relations() {
        return RelationEngine.local(Runtime.getRuntime().availableProcessors());
    }

    @Override
    public void close() {}
}
