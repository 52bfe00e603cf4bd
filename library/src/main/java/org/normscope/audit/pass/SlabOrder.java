package org.normscope.audit.pass;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Computes something for every slab and merges the results in the order of the slabs, whoever finishes first. */
public interface SlabOrder {
    /** What is computed for one slab. */
    @FunctionalInterface
    interface Work<T> {
        /**
         * The share of slab {@code index}.
         *
         * @throws IOException if its storage fails
         */
        T of(int index) throws IOException;
    }

    /**
     * Runs the work for slabs 0 to count - 1; merging happens in this thread.
     *
     * @throws IOException if a work does
     */
    <T> void forEach(int count, Work<T> work, Consumer<T> merge) throws IOException;

    /** One slab after the other. */
    static SlabOrder sequential() {
        return new SlabOrder() {
            @Override
            public <T> void forEach(int count, Work<T> work, Consumer<T> merge) throws IOException {
                for (int i = 0; i < count; i++) {
                    merge.accept(work.of(i));
                }
            }
        };
    }

    /** At most {@code width} slabs at a time on the threads of a pool. */
    static SlabOrder parallel(ExecutorService pool, int width) {
        return new SlabOrder() {
            @Override
            public <T> void forEach(int count, Work<T> work, Consumer<T> merge) throws IOException {
                Deque<Future<T>> window = new ArrayDeque<>();
                try {
                    for (int i = 0; i < count; i++) {
                        int index = i;
                        if (window.size() == width) {
                            merge.accept(await(window.remove()));
                        }
                        window.add(pool.submit(() -> work.of(index)));
                    }
                    while (!window.isEmpty()) {
                        merge.accept(await(window.remove()));
                    }
                } finally {
                    window.forEach(future -> future.cancel(false));
                }
            }
        };
    }

    private static <T> T await(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
