package org.normscope.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.normscope.audit.pass.ResidentAudit;
import org.normscope.audit.pass.ResidentAudit.Residency;
import org.normscope.audit.pass.SlabOrder;
import org.normscope.audit.pass.SpreadSearch;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.TaskResult;
import org.normscope.convolution.Evaluator;
import org.normscope.convolution.SearchCost;
import org.normscope.kernel.Kernels;
import org.normscope.storage.Storage;
import org.normscope.tensor.Layout;

/**
 * Audits in this process: matrices of many slabs one after the other, their slabs in parallel; then all others, each by one
 * thread. Matrices stay in memory while the heap has room, else they are streamed.
 */
public final class LocalEngine implements Engine {
    private final Storage storage;
    private final Kernels kernels;
    private final int threads;
    private final long heap;

    /** An engine with one thread per processor and the JVM's whole heap. */
    public LocalEngine(Storage storage, Kernels kernels) {
        this(
                storage,
                kernels,
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory());
    }

    /**
     * @param storage where the checkpoint lies
     * @param threads threads that compute
     * @param heap bytes that may be used for matrices, shared by all threads
     */
    public LocalEngine(Storage storage, Kernels kernels, int threads, long heap) {
        this.storage = storage;
        this.kernels = kernels;
        this.threads = threads;
        this.heap = heap;
    }

    @Override
    public long weightMemory() {
        return heap;
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("engine", "local");
        environment.put("master", "local, " + threads + " threads");
        return environment;
    }

    @Override
    public void run(AuditPlan plan, Listener listener) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(threads, LocalEngine::daemon);
        try {
            List<AuditTask> single = new ArrayList<>();
            for (AuditTask task : plan.tasks()) {
                if (plan.isStriped(task)) {
                    tell(listener, run(plan, task, order(plan, task, pool), listener));
                } else if (plan.isSpread(task)) {
                    TaskResult found = run(plan, task, SlabOrder.sequential(), listener);
                    Evaluator evaluator = new SharedEvaluator(pool, evaluators(plan, task));
                    tell(listener, new SpreadSearch(storage, plan.settings(), evaluator).complete(found));
                } else {
                    single.add(task);
                }
            }
            runAll(plan, single, pool, listener);
        } finally {
            pool.shutdownNow();
        }
    }

    /** A deflated tensor is read front to back: threads that take turns would inflate it again and again. */
    private SlabOrder order(AuditPlan plan, AuditTask task, ExecutorService pool) {
        return task.tensor().layout() instanceof Layout.Deflated
                ? SlabOrder.sequential()
                : SlabOrder.parallel(pool, width(plan, task));
    }

    /** Slabs of one matrix in work at the same time: as many as threads, if the heap holds what each of them takes. */
    private int width(AuditPlan plan, AuditTask task) {
        return (int) Math.max(1, Math.min(threads, heap / 2 / plan.workMemory(task)));
    }

    /** Frequencies of one convolution in work at the same time: as many as threads, if the heap holds what each of them takes. */
    private int evaluators(AuditPlan plan, AuditTask task) {
        double room = heap / 2.0 - plan.workMemory(task);
        double each = SearchCost.parallel(task.shape().shortSide());
        return (int) Math.max(1, Math.min(threads, 1 + room / each));
    }

    private static Thread daemon(Runnable runnable) {
        Thread thread = new Thread(runnable, "normscope");
        thread.setDaemon(true);
        return thread;
    }

    /** All tasks of one slab, as many at a time as threads and heap allow. */
    private void runAll(AuditPlan plan, List<AuditTask> tasks, ExecutorService pool, Listener listener)
            throws IOException {
        int total = permits(heap / 2);
        Semaphore memory = new Semaphore(total, true);
        List<Future<?>> running = new ArrayList<>();
        for (AuditTask task : tasks) {
            int share = Math.min(total, permits(plan.memory(task)));
            acquire(memory, share);
            running.add(pool.submit(() -> {
                try {
                    tell(listener, run(plan, task, SlabOrder.sequential(), listener));
                } finally {
                    memory.release(share);
                }
            }));
        }
        for (Future<?> future : running) {
            await(future);
        }
    }

    private static int permits(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, 1 + (bytes >> 10));
    }

    private static void acquire(Semaphore memory, int share) throws IOException {
        try {
            memory.acquire(share);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void await(Future<?> future) throws IOException {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private TaskResult run(AuditPlan plan, AuditTask task, SlabOrder order, Listener listener) {
        Residency residency = plan.memory(task) <= heap / 2 ? Residency.KEPT : Residency.STREAMED;
        Consumer<RowNorms> rows = norms -> {
            synchronized (listener) {
                listener.rowNorms(norms);
            }
        };
        return new ResidentAudit(storage, plan.settings(), kernels, plan.request(), rows).run(task, residency, order);
    }

    private static void tell(Listener listener, TaskResult result) {
        synchronized (listener) {
            listener.finished(result);
        }
    }
}
