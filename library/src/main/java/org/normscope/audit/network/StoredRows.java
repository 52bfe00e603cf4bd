package org.normscope.audit.network;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.EffectiveEntries;
import org.normscope.audit.effective.EffectiveEntries.UndefinedWeightException;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.WeightRow;
import org.normscope.spectral.Rounding;
import org.normscope.storage.Storage;
import org.normscope.weights.EffectiveWeight;

/** Entries of audited matrices, read once more, one stored row at a time. */
final class StoredRows {
    /** Entries of a matrix that is read again. */
    private static final long MOST = 1L << 28;
    /** Squares of entries between these neither overflow nor vanish. */
    private static final double LARGEST = 0x1p400;

    private final Storage storage;
    private final Map<EffectiveWeight, AuditTask> tasks = new HashMap<>();

    /**
     * @param storage where the files lie
     * @param plan of the audit
     */
    StoredRows(Storage storage, AuditPlan plan) {
        this.storage = storage;
        for (AuditTask task : plan.tasks()) {
            if (task.weight() != null) {
                tasks.putIfAbsent(task.weight(), task);
            }
        }
    }

    /** Takes stored rows in, in order. */
    interface Taker {
        /**
         * @param index of the row
         * @param row all its entries. Not to be kept, nor modified.
         */
        void take(int index, double[] row);
    }

    /** Whether a matrix can be read again, and is small enough for it. */
    boolean has(WeightRow row) {
        EffectiveWeight weight = row.weight();
        boolean ordinary = row.statistics() != null
                && row.statistics().maxAbs() < LARGEST
                && row.statistics().maxAbs() > 1 / LARGEST;
        return ordinary
                && tasks.containsKey(weight)
                && FoldedNorm.READABLE.contains(weight.how())
                && weight.shape().elements() <= MOST;
    }

    /** Roundings that an entry has behind it when it is shown: 0 for stored ones. */
    long roundings(WeightRow row) {
        return (long) Math.ceil(task(row).scalingError() / Rounding.U);
    }

    /**
     * Shows all rows.
     *
     * @param row of a matrix that {@link #has} knows
     * @throws IOException if the storage fails, or the numbers changed since the audit
     */
    void forEach(WeightRow row, Taker taker) throws IOException {
        double[] line = new double[Math.toIntExact(row.weight().shape().dims().get(1))];
        int[] at = {0, 0};
        try {
            EffectiveEntries.of(task(row), storage).forEach((values, count) -> {
                for (int i = 0; i < count; i++) {
                    line[at[1]++] = values[i];
                    if (at[1] == line.length) {
                        taker.take(at[0]++, line);
                        at[1] = 0;
                    }
                }
            });
        } catch (UndefinedWeightException e) {
            throw new IOException(row.weight().name() + ": " + e.getMessage(), e);
        }
    }

    private AuditTask task(WeightRow row) {
        @Nullable AuditTask task = tasks.get(row.weight());
        if (task == null) {
            throw new IllegalArgumentException(row.weight().name() + " was not audited");
        }
        return task;
    }
}
