package org.normscope.audit.plan;

import org.normscope.matrix.BlockBundles;
import org.normscope.matrix.BlockGrid;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithms;

/**
 * What the audit of one tensor would read, hold and ship; arithmetic on shapes, nothing is read.
 *
 * @param task what is audited
 * @param method how its norm is computed
 * @param stripes slabs or blocks it is cut into; 1 where it is audited whole inside a task
 * @param tasks tasks per step
 * @param bytesRead bytes fetched from storage if memory holds what was read; those of compressed tensors as if they weren't
 * @param bytesCached bytes kept over the cluster from step to step; 0 where it is audited whole, or read once
 * @param bytesBroadcast bytes of vectors sent to every executor in a step
 * @param bytesReturned bytes of sums that come back in a step
 * @param bytesShuffled bytes that tasks send each other in a step, in the first one statistics of rows on top; 0 where lines are whole
 * @param passes readings expected, of a matrix between trained and fresh; from storage, where memory is short
 * @param taskMemory heap that a task needs at its peak
 */
public record Forecast(
        AuditTask task,
        Method method,
        int stripes,
        int tasks,
        long bytesRead,
        long bytesCached,
        long bytesBroadcast,
        long bytesReturned,
        long bytesShuffled,
        int passes,
        long taskMemory) {
    /** Passes of power iteration when nobody limits them: a guess, it may take thousands. */
    private static final int POWER_PASSES = 100;
    /** What Spark adds to a task's result, in bytes: its metrics and the frame of the sums. */
    private static final long RESULT_FRAME = 1780;
    /** What Java's serialization adds to a message between tasks, in bytes, after compression. */
    private static final long MESSAGE_FRAME = 109;

    /** Forecast for a task of the plan. */
    static Forecast of(AuditPlan plan, AuditTask task) {
        Method method = plan.method(task);
        int passes = passes(plan.settings(), method);
        long once = task.bytesPrepared() + task.bytesPerReading();
        long read = plan.isSpread(task) ? 2 * once : once;
        if (!plan.isStriped(task)) {
            return new Forecast(task, method, 1, 1, read, 0, 0, 0, 0, passes, plan.memory(task));
        }
        Striping striping = Striping.of(task, plan.settings());
        BlockGrid grid = striping.grid();
        boolean cut = grid.isCutAcross();
        int tasks = cut ? BlockBundles.of(grid).bundles() : striping.tree().bundles();
        int sums = cut ? 1 : tasks;
        long broadcast = method == Method.KRYLOV || method == Method.POWER ? sumBytes(plan, task) : 0;
        return new Forecast(
                task,
                method,
                grid.blocks(),
                tasks,
                read,
                plan.isReadOnce(task) ? 0 : task.tensor().bytes(),
                broadcast,
                sums * sumBytes(plan, task) + tasks * RESULT_FRAME,
                cut ? shuffled(BlockBundles.of(grid), vectors(plan, task)) : 0,
                passes,
                plan.workMemory(task));
    }

    private static long shuffled(BlockBundles bundles, long vectors) {
        return bundles.shuffled() * vectors * Double.BYTES + bundles.messages() * MESSAGE_FRAME;
    }

    /** Bytes of one sum: m vectors' entries, m x m for a Gram matrix, nothing worth counting for a scan. */
    private static long sumBytes(AuditPlan plan, AuditTask task) {
        long m = task.shape().shortSide();
        return switch (plan.method(task)) {
            case DIRECT -> 0;
            case GRAM -> Double.BYTES * m * m;
            case KRYLOV, POWER -> Double.BYTES * (m + 1) * vectors(plan, task);
        };
    }

    private static long vectors(AuditPlan plan, AuditTask task) {
        return switch (plan.method(task)) {
            case DIRECT, GRAM -> 0;
            case KRYLOV -> NormAlgorithms.blockSize(plan.settings().top());
            case POWER -> 1;
        };
    }

    private static int passes(AuditSettings settings, Method method) {
        Integer limit = settings.precision().iterations();
        int most = limit == null ? Integer.MAX_VALUE : limit;
        return switch (method) {
            case DIRECT, GRAM -> 1;
            case KRYLOV ->
                Math.min(
                        most,
                        (int) Math.ceil(NormAlgorithms.expectedPasses(
                                        settings.precision().tolerance()))
                                + 1);
            case POWER -> Math.min(most, POWER_PASSES);
        };
    }

    /** Whether the matrix is spread over the cluster. */
    public boolean isStriped() {
        return stripes > 1;
    }

    /** Bytes fetched from storage if no stripe can be kept: one reading per pass, two where lines are cut. */
    public long bytesReadWithoutCache() {
        int readings = bytesShuffled > 0 ? 2 : 1;
        return isStriped() ? task.bytesPrepared() + task.bytesPerReading() * readings * passes : bytesRead;
    }
}
