package org.normscope.audit.pass;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.normscope.audit.effective.EffectiveEntries.UndefinedWeightException;
import org.normscope.audit.effective.Preparation;
import org.normscope.audit.effective.ReadFailure;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Striping;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.TaskResult;
import org.normscope.elements.Elements;
import org.normscope.kernel.Kernels;
import org.normscope.matrix.BlockGrid;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.Storage;
import org.normscope.weights.Recipe;

/** Audits whole matrices inside one process: what a thread of the local engine does, and a task of Spark. */
public final class ResidentAudit {
    /** What happens to slabs between passes. */
    public enum Residency {
        /** Read once, kept in their stored type. */
        KEPT,
        /** Read again in every pass: constant memory. */
        STREAMED
    }

    private final Storage storage;
    private final AuditSettings settings;
    private final Kernels kernels;
    private final AuditPlan.Request request;
    private final Consumer<RowNorms> rows;

    /**
     * @param storage where the checkpoint lies
     * @param settings with a seed
     * @param kernels the loops, the same on every machine of an audit
     * @param request what is wanted beside the report
     * @param rows given row norms as they become known, in the thread of the caller, if they are wanted
     */
    public ResidentAudit(
            Storage storage,
            AuditSettings settings,
            Kernels kernels,
            AuditPlan.Request request,
            Consumer<RowNorms> rows) {
        this.storage = storage;
        this.settings = settings;
        this.kernels = kernels;
        this.request = request;
        this.rows = rows;
    }

    /** Audits one tensor in this thread; failures of the storage become an outcome. */
    public TaskResult run(AuditTask task, Residency residency) {
        return run(task, residency, SlabOrder.sequential());
    }

    /** The same with the slabs of the tensor shared among threads; same bits. */
    public TaskResult run(AuditTask task, Residency residency, SlabOrder order) {
        long start = System.nanoTime();
        CountingStorage counting = new CountingStorage(storage);
        Outcome outcome = outcome(task, residency, order, counting);
        return new TaskResult(task, outcome, (System.nanoTime() - start) * 1e-9, counting.bytesRead());
    }

    private Outcome outcome(AuditTask task, Residency residency, SlabOrder order, Storage counting) {
        if (task.shape().isEmpty()) {
            return WeightDialogue.empty(task);
        }
        try {
            if (task.weight() != null && task.weight().recipe() instanceof Recipe.Lora recipe) {
                return new LowRankAudit(task, settings, kernels, request, rows).outcome(recipe, counting);
            }
            return read(prepared(task, counting), residency, order, counting);
        } catch (NotPreparedException e) {
            return e.outcome();
        } catch (IOException e) {
            return Outcome.failed(ReadFailure.reason(storage, task, e));
        } catch (OutOfMemoryError e) {
            return Outcome.failed(HeapShortage.advice(task.tensor().name()));
        }
    }

    /** What becomes of a task whose weight can't be made. */
    public static final class NotPreparedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final Outcome outcome;

        private NotPreparedException(Outcome outcome) {
            super(outcome.reason());
            this.outcome = outcome;
        }

        /** Skipped or failed, with the reason. */
        public Outcome outcome() {
            return outcome;
        }
    }

    /**
     * The task with the factors that make its weight of what is stored.
     *
     * @throws NotPreparedException if the storage fails, or its numbers define no weight
     */
    public static AuditTask prepared(AuditTask task, Storage storage) throws NotPreparedException {
        try {
            return Preparation.of(task, storage);
        } catch (UndefinedWeightException e) {
            throw new NotPreparedException(Outcome.skipped(String.valueOf(e.getMessage()), null));
        } catch (IOException e) {
            throw new NotPreparedException(Outcome.failed(ReadFailure.reason(storage, task, e)));
        } catch (OutOfMemoryError e) {
            throw new NotPreparedException(
                    Outcome.failed(HeapShortage.advice(task.tensor().name())));
        }
    }

    private Outcome read(AuditTask task, Residency residency, SlabOrder order, Storage counting) throws IOException {
        try (Elements elements = task.files().open(counting, task.tensor())) {
            Striping striping = Striping.of(task, settings);
            BlockGrid grid = striping.grid();
            BlockReader reader = new BlockReader(elements, task, grid);
            Slabs slabs = residency == Residency.KEPT ? Slabs.resident(reader) : Slabs.streamed(reader);
            Bands bands = new Bands(grid, slabs, kernels);
            Products products =
                    (work, merge) -> order.forEach(grid.bands().slabs(), index -> bands.share(work, index), merge);
            Outcome outcome = run(new WeightDialogue(task, settings, request), products, task, striping);
            return KernelNorm.searched(task, settings, outcome, slabs);
        }
    }

    private Outcome run(WeightDialogue dialogue, Products products, AuditTask task, Striping striping)
            throws IOException {
        Optional<SlabWork> work = dialogue.next();
        while (work.isPresent()) {
            ShareSum sum = new ShareSum(striping.tree());
            RowTap tap = new RowTap(task, work.get(), rows);
            int[] band = {0};
            products.pass(work.get(), share -> {
                tap.share(striping.grid().bands().start(band[0]++), share);
                sum.add(share);
            });
            SlabShare total = sum.total();
            tap.total(total);
            dialogue.answer(total);
            work = dialogue.next();
        }
        return dialogue.outcome();
    }
}
