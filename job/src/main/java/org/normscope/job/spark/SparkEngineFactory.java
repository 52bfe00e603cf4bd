package org.normscope.job.spark;

import java.io.IOException;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.Engine;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.kernel.Kernels;
import org.normscope.rewrite.ShardEngine;
import org.normscope.rewrite.verify.RelationEngine;
import org.normscope.storage.Storage;

/** Starts a Spark context and audits on it. */
public final class SparkEngineFactory implements EngineFactory {
    private final @Nullable String master;

    /** @param master what {@code --master} says; null to take it from {@code spark-submit} */
    public SparkEngineFactory(@Nullable String master) {
        this.master = master;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IOException also if this JVM's Hadoop can't run on this Java, or the master can't be reached
     */
    @Override
    public EngineSession open(Storage storage, Kernels kernels) throws IOException {
        HadoopOnNewJava.require();
        try {
            SparkContext context = new SparkContext(Configurations.of(master));
            return new SparkEngineSession(context, storage, kernels);
        } catch (RuntimeException e) {
            throw new IOException("Spark doesn't start: " + e.getMessage(), e);
        }
    }

    /** Engines of one context, which ends with them. */
    private record SparkEngineSession(SparkContext context, Storage storage, Kernels kernels) implements EngineSession {
        @Override
        public Engine engine() {
            return engine(storage);
        }

        @Override
        public Engine engine(Storage other) {
            return new SparkEngine(context, other, kernels);
        }

        @Override
        public ShardEngine shards() {
            return new SparkShards(context);
        }

        @Override
        public RelationEngine relations() {
            return new SparkRelations(context);
        }

        @Override
        public void close() {
            context.stop();
        }
    }
}
