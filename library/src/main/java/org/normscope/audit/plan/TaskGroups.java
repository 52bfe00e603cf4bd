package org.normscope.audit.plan;

import java.util.ArrayList;
import java.util.List;

/** Bundles tasks so that small tensors share an overhead that large ones don't notice; order, and so every result, is kept. */
public final class TaskGroups {
    /** Below this, what a group costs to start outweighs what it computes. */
    private static final long WORTHWHILE_BYTES = 1L << 18;

    private static final int LARGEST_GROUP = 256;
    private static final int GROUPS_PER_THREAD = 6;

    private TaskGroups() {}

    /**
     * Groups of about equal bytes, several per thread; a larger task is a group of its own.
     *
     * @param tasks largest first
     * @param threads tasks that run at the same time
     */
    public static List<List<AuditTask>> of(List<AuditTask> tasks, int threads) {
        long total = tasks.stream().mapToLong(task -> task.tensor().bytes()).sum();
        long target = Math.max(WORTHWHILE_BYTES, total / ((long) threads * GROUPS_PER_THREAD));
        List<List<AuditTask>> groups = new ArrayList<>();
        List<AuditTask> open = new ArrayList<>();
        long bytes = 0;
        for (AuditTask task : tasks) {
            boolean full = bytes + task.tensor().bytes() > target || open.size() == LARGEST_GROUP;
            if (full && !open.isEmpty()) {
                groups.add(List.copyOf(open));
                open.clear();
                bytes = 0;
            }
            open.add(task);
            bytes += task.tensor().bytes();
        }
        if (!open.isEmpty()) {
            groups.add(List.copyOf(open));
        }
        return groups;
    }
}
