package org.normscope.job.cli;

import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.normscope.report.Shortened;

/** A line that says how far something is: on a terminal one line that is redrawn, elsewhere a plain line every ten seconds. */
final class StatusLine implements AutoCloseable {
    private static final int WIDTH = 79;
    private static final int PLAIN_PERIOD_MILLIS = 10_000;
    private static final int REDRAWN_PERIOD_MILLIS = 250;
    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream out;
    private final boolean redrawn;
    private final Supplier<String> text;
    private final ScheduledExecutorService clock;
    private boolean shown;

    private StatusLine(PrintStream out, boolean redrawn, Supplier<String> text) {
        this.out = out;
        this.redrawn = redrawn;
        this.text = text;
        this.clock = Executors.newSingleThreadScheduledExecutor(StatusLine::daemon);
    }

    /**
     * Shows a line until closed.
     *
     * @param text asked for again and again, by another thread
     */
    static StatusLine start(Streams streams, Supplier<String> text) {
        boolean redrawn = streams.progress() == Streams.Progress.REDRAWN;
        StatusLine line = new StatusLine(streams.err(), redrawn, text);
        int period = redrawn ? REDRAWN_PERIOD_MILLIS : PLAIN_PERIOD_MILLIS;
        if (streams.progress() != Streams.Progress.NONE) {
            line.clock.scheduleWithFixedDelay(line::show, period, period, TimeUnit.MILLISECONDS);
        }
        return line;
    }

    private static Thread daemon(Runnable runnable) {
        Thread thread = new Thread(runnable, "normscope-progress");
        thread.setDaemon(true);
        return thread;
    }

    private synchronized void show() {
        if (clock.isShutdown()) {
            return;
        }
        String line = Shortened.name(text.get(), redrawn ? WIDTH : 200);
        if (redrawn) {
            out.print(CLEAR + line);
            out.flush();
            shown = true;
        } else {
            out.println("normscope: " + line);
        }
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
