package org.normscope.job.cli;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.normscope.audit.Audit;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.Outcome;
import org.normscope.report.Figures;

/** How far an audit is, as a {@link StatusLine}. */
final class ProgressLine implements Audit.Progress, AutoCloseable {
    private final AuditPlan plan;
    private final long totalBytes;
    private final long start = System.nanoTime();
    private final Set<Integer> finished = new HashSet<>();
    private final StatusLine line;
    private long bytes;

    private ProgressLine(AuditPlan plan, Streams streams) {
        this.plan = plan;
        this.totalBytes =
                plan.tasks().stream().mapToLong(task -> task.tensor().bytes()).sum();
        this.line = StatusLine.start(streams, () -> text((System.nanoTime() - start) * 1e-9));
    }

    /** Shows the progress of a plan until closed. */
    static ProgressLine start(AuditPlan plan, Streams streams) {
        return new ProgressLine(plan, streams);
    }

    @Override
    public synchronized void finished(AuditPlan ofPlan, AuditTask task, Outcome outcome) {
        if (finished.add(task.index())) {
            bytes += task.tensor().bytes();
        }
    }

    /** {@code 12 of 225 done, 1.2 GB of 13.5 GB, 2 min left, at model.layers.3.mlp.down_proj.weight}. */
    synchronized String text(double seconds) {
        String left = bytes == 0 || bytes == totalBytes
                ? ""
                : ", " + duration(seconds * (totalBytes - bytes) / bytes) + " left";
        // Tasks start largest first: the first one that isn't finished has been running longest.
        String slowest = plan.tasks().stream()
                .filter(task -> !finished.contains(task.index()))
                .findFirst()
                .map(task -> ", at " + task.tensor().name())
                .orElse("");
        return finished.size() + " of " + plan.tasks().size() + " done, " + Figures.bytes(bytes) + " of "
                + Figures.bytes(totalBytes) + left + slowest;
    }

    /** {@code 42 s}, {@code 7 min} or {@code 1.5 h}. */
    static String duration(double seconds) {
        if (seconds < 90) {
            return Math.round(Math.max(1, seconds)) + " s";
        }
        return seconds < 5400
                ? Math.round(seconds / 60) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }

    @Override
    public void close() {
        line.close();
    }
}
