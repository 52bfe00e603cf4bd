package org.normscope.job.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.LongAccumulator;
import org.normscope.audit.StripeAudit;

/** Reads the slabs of a bundle, one after the other; Spark keeps them in the stored type. */
final class StripeReader implements FlatMapFunction<Integer, byte[]> {
    private static final long serialVersionUID = 1L;

    private final StripeAudit audit;
    private final LongAccumulator bytesRead;

    StripeReader(StripeAudit audit, LongAccumulator bytesRead) {
        this.audit = audit;
        this.bytesRead = bytesRead;
    }

    @Override
    public Iterator<byte[]> call(Integer bundle) {
        return IntStream.range(0, audit.slabs(bundle))
                .mapToObj(position -> read(bundle, position))
                .iterator();
    }

    private byte[] read(int bundle, int position) {
        try {
            byte[] bytes = audit.read(bundle, position);
            bytesRead.add(bytes.length);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
