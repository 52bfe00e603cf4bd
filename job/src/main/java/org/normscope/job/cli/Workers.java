package org.normscope.job.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.Engine;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.kernel.Kernels;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.verify.RelationEngine;
import org.normscope.rewrite.verify.VerifiedRewrite;
import org.normscope.storage.Storage;

/** Who audits and writes in a call; started when there is something to do, and not before. */
final class Workers implements VerifiedRewrite.Engines, AutoCloseable {
    private final EngineFactory engines;
    private final Storage storage;
    private final Kernels kernels;
    private @Nullable EngineSession session;

    Workers(EngineFactory engines, Storage storage, Kernels kernels) {
        this.engines = engines;
        this.storage = storage;
        this.kernels = kernels;
    }

    private EngineSession session() {
        EngineSession open = session;
        if (open == null) {
            try {
                open = engines.open(storage, kernels);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            session = open;
        }
        return open;
    }

    @Override
    public Engine engine(Storage other) {
        return session().engine(other);
    }

    @Override
    public ShardEngine shards() {
        return session().shards();
    }

    @Override
    public RelationEngine relations() {
        return session().relations();
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
