package org.normscope.rewrite.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Pairs are read in this process.
 *
 * @param threads pairs in work at the same time, at least 1
 */
record LocalRelations(int threads) implements RelationEngine {
    @Override
    public List<Optional<Relation>> relate(List<Pair> pairs) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(threads, LocalRelations::daemon);
        try {
            List<Future<Optional<Relation>>> running = new ArrayList<>();
            for (Pair pair : pairs) {
                Callable<Optional<Relation>> work = () -> SideBySide.relation(pair);
                running.add(pool.submit(work));
            }
            List<Optional<Relation>> relations = new ArrayList<>();
            for (Future<Optional<Relation>> one : running) {
                relations.add(one.get());
            }
            return relations;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Thread daemon(Runnable runnable) {
        Thread thread = new Thread(runnable, "normscope-compare");
        thread.setDaemon(true);
        return thread;
    }
}
