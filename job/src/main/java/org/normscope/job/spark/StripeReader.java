package org.normscope.job.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.normscope.audit.pass.StoredParts;

/** Reads the slabs of a bundle, or its blocks, one after the other; Spark keeps them in the stored type. */
final class StripeReader implements FlatMapFunction<Integer, byte[]> {
    private static final long serialVersionUID = 1L;

    private final StoredParts audit;
    private final LongAccumulator bytesRead;

    StripeReader(StoredParts audit, LongAccumulator bytesRead) {
        this.audit = audit;
        this.bytesRead = bytesRead;
    }

    /** Slabs one by one; after the last attempt a {@link Loss}, for what fails while Spark caches it would end the whole job. */
    @Override
    public Iterator<byte[]> call(Integer bundle) {
        return new Slabs(bundle);
    }

    private byte[] read(int bundle, int position) {
        try {
            StoredParts.Fetched slab = audit.read(bundle, position);
            bytesRead.add(slab.fetched());
            return slab.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OutOfMemoryError e) {
            // Nor may it be a cause: Spark looks for it down the chain, and ends the whole executor.
            throw new UncheckedIOException(new IOException(audit.shortage(bundle)));
        }
    }

    private final class Slabs implements Iterator<byte[]> {
        private final int bundle;
        private final Deque<byte[]> loss = new ArrayDeque<>();
        private int position;

        Slabs(int bundle) {
            this.bundle = bundle;
        }

        @Override
        public boolean hasNext() {
            return !loss.isEmpty() || position < audit.count(bundle);
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return loss.isEmpty() ? slabOrLoss() : loss.remove();
        }

        private byte[] slabOrLoss() {
            try {
                byte[] slab = read(bundle, position);
                position++;
                return slab;
            } catch (UncheckedIOException e) {
                if (Attempts.isAnotherOneLeft(TaskContext.get())) {
                    throw e;
                }
                position = audit.count(bundle);
                loss.addAll(Loss.because(Attempts.reason(e)));
                return loss.remove();
            }
        }
    }
}
