package org.normscope.job.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.rewrite.ShardWriter;
import org.normscope.rewrite.UnwritableWeightException;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** What a Spark task does with a shard: writes it, under a name that no other attempt has. */
final class ShardTask extends AbstractFunction2<TaskContext, Iterator<byte[]>, byte[]> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final ShardWriter writer;

    ShardTask(ShardWriter writer) {
        this.writer = writer;
    }

    /** The packed {@link ShardWriter.Draft}, a packed {@link UnwritableWeightException}, or a packed text that says why there is none. */
    @Override
    public byte[] apply(TaskContext context, Iterator<byte[]> shards) {
        Shard shard = (Shard) Wire.unpack(shards.next());
        String attempt = String.valueOf(context.taskAttemptId());
        return Attempts.packed(
                context, () -> written(shard, attempt), () -> shard.name() + ": out of memory while it was written");
    }

    private Serializable written(Shard shard, String attempt) {
        try {
            return writer.write(shard, attempt);
        } catch (UnwritableWeightException e) {
            // Another attempt would read the same numbers.
            return e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
