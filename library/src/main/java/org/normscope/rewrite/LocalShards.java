package org.normscope.rewrite;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.normscope.rewrite.ShardPlan.Shard;
import org.normscope.rewrite.ShardWriter.Draft;

/**
 * Writes shards in this process.
 *
 * @param threads shards in work at the same time, at least 1
 */
record LocalShards(int threads) implements ShardEngine {
    @Override
    public void write(ShardWriter writer, List<Shard> shards, Consumer<Draft> drafts) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(threads, LocalShards::daemon);
        try {
            ExecutorCompletionService<Draft> running = new ExecutorCompletionService<>(pool);
            for (Shard shard : shards) {
                Callable<Draft> work = () -> writer.write(shard, "0");
                running.submit(work);
            }
            for (int i = 0; i < shards.size(); i++) {
                drafts.accept(running.take().get());
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            stop(pool);
        }
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof IOException failure) {
            return failure;
        }
        throw new IllegalStateException(cause);
    }

    /** The other shards are given up: their files are closed and deleted before anybody goes on. */
    private static void stop(ExecutorService pool) {
        pool.shutdownNow();
        boolean interrupted = false;
        while (!pool.isTerminated()) {
            try {
                interrupted |= !pool.awaitTermination(1, TimeUnit.MINUTES) && Thread.interrupted();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable runnable) {
        Thread thread = new Thread(runnable, "normscope-write");
        thread.setDaemon(true);
        return thread;
    }
}
