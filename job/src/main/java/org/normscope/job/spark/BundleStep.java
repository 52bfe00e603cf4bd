package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.SlabShare;
import org.normscope.audit.pass.SlabWork;
import org.normscope.audit.pass.StripeAudit;
import org.normscope.kernel.Kernels;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** One step for one bundle, numbered by its partition: the shares of its slabs, put together in their order. */
final class BundleStep extends AbstractFunction2<TaskContext, Iterator<byte[]>, byte[]> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final StripeAudit audit;
    private final String kernel;
    private final Broadcast<Wanted> wanted;

    BundleStep(StripeAudit audit, String kernel, Broadcast<Wanted> wanted) {
        this.audit = audit;
        this.kernel = kernel;
        this.wanted = wanted;
    }

    /** The packed {@link SlabShare}, or a packed text that says why there is none. */
    @Override
    public byte[] apply(TaskContext context, Iterator<byte[]> slabs) {
        int bundle = context.partitionId();
        return Attempts.packed(context, () -> share(bundle, slabs), () -> audit.shortage(bundle));
    }

    private SlabShare share(int bundle, Iterator<byte[]> slabs) {
        SlabWork work = requireNonNull(wanted.value().of(audit.task(bundle)));
        Kernels kernels = Kernels.named(kernel);
        @Nullable SlabShare sum = null;
        for (int position = 0; slabs.hasNext(); position++) {
            byte[] slab = slabs.next();
            if (Loss.isAnnouncedBy(slab)) {
                throw new UncheckedIOException(new IOException(Loss.reason(slabs)));
            }
            SlabShare share = audit.share(bundle, position, slab, work, kernels);
            sum = sum == null ? share : StripeAudit.join(sum, share);
        }
        if (sum == null) {
            throw new IllegalStateException("bundle " + bundle + " has no slab");
        }
        return sum;
    }
}
