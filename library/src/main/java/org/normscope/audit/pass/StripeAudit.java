package org.normscope.audit.pass;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.ReadFailure;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Striping;
import org.normscope.elements.Elements;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.Storage;

/** What a machine of a cluster does with its bundles of slabs: reads them once, then computes pass after pass. */
public final class StripeAudit implements StoredParts {
    private static final long serialVersionUID = 1L;

    private final @Nullable Storage storage;
    private final List<AuditTask> tasks;
    private final List<Striping> stripings;
    private final List<Lockstep.Bundle> bundles;

    private StripeAudit(@Nullable Storage storage, List<AuditTask> tasks, Lockstep lockstep) {
        this.storage = storage;
        this.tasks = List.copyOf(tasks);
        this.stripings = lockstep.stripings();
        this.bundles = lockstep.bundles();
    }

    /** For all matrices of a lockstep, on a storage that can be sent to other machines. */
    public static StripeAudit ofStored(Storage storage, List<AuditTask> tasks, Lockstep lockstep) {
        return new StripeAudit(storage, tasks, lockstep);
    }

    /** For matrices that no file holds: there is nothing to {@link #read}. */
    static StripeAudit ofHeld(List<AuditTask> tasks, Lockstep lockstep) {
        return new StripeAudit(null, tasks, lockstep);
    }

    /** The task that a bundle belongs to, by its place in the list of tasks. */
    public int task(int number) {
        return bundles.get(number).task();
    }

    @Override
    public String shortage(int number) {
        return HeapShortage.advice(tasks.get(task(number)).tensor().name());
    }

    @Override
    public int count(int number) {
        Lockstep.Bundle bundle = bundles.get(number);
        return stripings.get(bundle.task()).tree().size(bundle.index());
    }

    @Override
    public Fetched read(int number, int position) throws IOException {
        Lockstep.Bundle bundle = bundles.get(number);
        AuditTask task = tasks.get(bundle.task());
        Striping striping = stripings.get(bundle.task());
        if (storage == null) {
            throw new IllegalStateException(task.tensor().name() + " lies in no file");
        }
        CountingStorage counting = new CountingStorage(storage);
        try (Elements elements = task.files().open(counting, task.tensor())) {
            int slab = striping.tree().first(bundle.index()) + position;
            byte[] bytes =
                    new BlockReader(elements, task, striping.grid()).read(slab).bytes();
            return new Fetched(bytes, counting.bytesRead());
        } catch (IOException e) {
            throw new IOException(ReadFailure.reason(storage, task, e), e);
        }
    }

    /** The share of one slab, from the bytes that {@link #read} gave. */
    public SlabShare share(int number, int position, byte[] bytes, SlabWork work, Kernels kernels) {
        Lockstep.Bundle bundle = bundles.get(number);
        AuditTask task = tasks.get(bundle.task());
        Striping striping = stripings.get(bundle.task());
        Slab slab =
                BlockReader.slab(task, striping.grid(), bytes, striping.tree().first(bundle.index()) + position);
        return work.of(task.shape(), slab, kernels);
    }

    /** Puts shares of neighbours together, in their order. */
    public static SlabShare join(SlabShare first, SlabShare next) {
        return first.plus(next);
    }
}
