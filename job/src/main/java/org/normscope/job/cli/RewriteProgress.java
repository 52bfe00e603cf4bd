package org.normscope.job.cli;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.Audit;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.report.Figures;
import org.normscope.rewrite.verify.VerifiedRewrite;

/** How far a rewrite is: one line after the other, for the audit that planning takes, the writing and the audits that verify it. */
final class RewriteProgress implements VerifiedRewrite.Progress, AutoCloseable {
    private final Streams streams;
    private @Nullable AutoCloseable shown;

    RewriteProgress(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Audit.Progress auditing(AuditPlan plan) {
        close();
        ProgressLine line = ProgressLine.start(plan, streams);
        shown = line;
        return line;
    }

    @Override
    public void writing(long bytes, LongSupplier written) {
        close();
        shown = StatusLine.start(
                streams,
                () -> "writing: " + Figures.bytes(Math.min(bytes, written.getAsLong())) + " of "
                        + Figures.bytes(bytes));
    }

    @Override
    public void close() {
        if (shown instanceof ProgressLine line) {
            line.close();
        } else if (shown instanceof StatusLine line) {
            line.close();
        }
        shown = null;
    }
}
