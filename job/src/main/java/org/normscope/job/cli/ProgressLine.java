package org.normscope.job.cli;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.normscope.audit.Audit;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.Outcome;
import org.normscope.report.Figures;
import org.normscope.report.Shortened;

/** How far an audit is: on a terminal one line that is redrawn, elsewhere a plain line every ten seconds. */
final class ProgressLine implements Audit.Progress, AutoCloseable {
    private static final int WIDTH = 79;
    private static final int PLAIN_PERIOD_MILLIS = 10_000;
    private static final int REDRAWN_PERIOD_MILLIS = 250;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final boolean redrawn;
    private final AuditPlan plan;
    private final long totalBytes;
    private final long start = System.nanoTime();
    private final Set<Integer> finished = new HashSet<>();
    private final ScheduledExecutorService clock;
    private long bytes;
    private boolean shown;

    private ProgressLine(AuditPlan plan, PrintStream out, boolean redrawn) {
        this.plan = plan;
        this.out = out;
        this.redrawn = redrawn;
        this.totalBytes =
                plan.tasks().stream().mapToLong(task -> task.tensor().bytes()).sum();
        this.clock = Executors.newSingleThreadScheduledExecutor(ProgressLine::daemon);
    }

    /** Shows the progress of a plan until closed. */
    static ProgressLine start(AuditPlan plan, Streams streams) {
        boolean redrawn = streams.progress() == Streams.Progress.REDRAWN;
        ProgressLine line = new ProgressLine(plan, streams.err(), redrawn);
        int period = redrawn ? REDRAWN_PERIOD_MILLIS : PLAIN_PERIOD_MILLIS;
        if (streams.progress() == Streams.Progress.NONE) {
            return line;
        }
        line.clock.scheduleWithFixedDelay(line::show, period, period, TimeUnit.MILLISECONDS);
        return line;
    }

    private static Thread daemon(Runnable runnable) {
        Thread thread = new Thread(runnable, "normscope-progress");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public synchronized void finished(AuditPlan ofPlan, AuditTask task, Outcome outcome) {
        if (finished.add(task.index())) {
            bytes += task.tensor().bytes();
        }
    }

    private synchronized void show() {
        if (clock.isShutdown()) {
            return;
        }
        String line = Shortened.name(text((System.nanoTime() - start) * 1e-9), redrawn ? WIDTH : 200);
        if (redrawn) {
            out.print(CLEAR + line);
            out.flush();
            shown = true;
        } else {
            out.println("normscope: " + line);
        }
    }

    /** {@code 12 of 225 tensors, 1.2 GB of 13.5 GB, 2 min left, at model.layers.3.mlp.down_proj.weight}. */
    String text(double seconds) {
        String left = bytes == 0 || bytes == totalBytes
                ? ""
                : ", " + duration(seconds * (totalBytes - bytes) / bytes) + " left";
        // Tasks start largest first: the first one that isn't finished has been running longest.
        String slowest = plan.tasks().stream()
                .filter(task -> !finished.contains(task.index()))
                .findFirst()
                .map(task -> ", at " + task.tensor().name())
                .orElse("");
        return finished.size() + " of " + Figures.count(plan.tasks().size(), "tensor") + ", " + Figures.bytes(bytes)
                + " of " + Figures.bytes(totalBytes) + left + slowest;
    }

    private static String duration(double seconds) {
        if (seconds < 90) {
            return Math.round(Math.max(1, seconds)) + " s";
        }
        return seconds < 5400
                ? Math.round(seconds / 60) + " min"
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        synchronized (this) {
            if (shown) {
                out.print(CLEAR);
                out.flush();
            }
        }
    }
}
