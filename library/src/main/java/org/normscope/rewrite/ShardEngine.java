package org.normscope.rewrite;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.normscope.rewrite.ShardPlan.Shard;

/** Whoever writes shards. Every engine writes the same bytes. */
public interface ShardEngine {
    /**
     * Writes all shards, in any order, and returns when nobody writes any more.
     *
     * @param writer how; may be sent to other machines
     * @param drafts told of every shard once, by any thread, one at a time
     * @throws IOException if a shard can't be written
     */
    void write(ShardWriter writer, List<Shard> shards, Consumer<ShardWriter.Draft> drafts) throws IOException;

    /** Threads of this process; each writes a shard at a time. */
    static ShardEngine local(int threads) {
        return new LocalShards(threads);
    }
}
