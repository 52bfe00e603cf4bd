package org.normscope.job.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.normscope.rewrite.ShardWriter.Draft;
import org.normscope.rewrite.UnwritableWeightException;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Passes on shards as they are written; Spark calls it from one thread, once per shard. When one is lost the others aren't worth
 * waiting for.
 */
final class DraftHandler extends AbstractFunction2<Object, byte[], BoxedUnit> {
    private final Consumer<Draft> drafts;
    private final Runnable cancel;
    private volatile @Nullable IOException failure;

    DraftHandler(Consumer<Draft> drafts, Runnable cancel) {
        this.drafts = drafts;
        this.cancel = cancel;
    }

    @Override
    public BoxedUnit apply(Object partition, byte[] bytes) {
        Object result = Wire.unpack(bytes);
        if (result instanceof Draft draft) {
            pass(draft);
        } else if (result instanceof UnwritableWeightException weight) {
            fail(weight);
        } else {
            fail(new IOException(String.valueOf(result)));
        }
        return BoxedUnit.UNIT;
    }

    private void pass(Draft draft) {
        try {
            drafts.accept(draft);
        } catch (UncheckedIOException e) {
            fail(new IOException(Attempts.reason(e), e));
        }
    }

    private void fail(IOException because) {
        if (failure == null) {
            failure = because;
            cancel.run();
        }
    }

    /** Why a shard is lost; null if none is. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
