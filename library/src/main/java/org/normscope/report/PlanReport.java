package org.normscope.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.Forecast;
import org.normscope.audit.plan.Forecasts;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

/** What an audit would read, hold and ship, before anything is read. */
public final class PlanReport {
    private static final int MOST_LINES = 20;

    private final AuditPlan plan;
    private final Forecasts forecasts;

    /** A report on this plan. */
    public PlanReport(AuditPlan plan) {
        this.plan = plan;
        forecasts = Forecasts.of(plan);
    }

    /** For the terminal: the largest matrices, then the totals. */
    public String text() {
        List<StoredTensor> tensors = plan.checkpoint().tensors();
        long bytes = tensors.stream().mapToLong(StoredTensor::bytes).sum();
        StringBuilder out = new StringBuilder();
        out.append(TextReport.heading(plan.checkpoint(), tensors.size(), bytes));
        Columns table = new Columns("lrrrrrrl");
        table.line("method", "stripes", "tasks", "passes", "read", "sent", "returned", "weight");
        forecasts.each().stream()
                .filter(forecast -> forecast.task().weight() != null)
                .limit(MOST_LINES)
                .forEach(forecast -> line(table, forecast));
        out.append('\n').append(table);
        long more = matrices() - MOST_LINES;
        out.append(more > 0 ? "  and " + Figures.count(more, "smaller matrix") + "\n" : "");
        return out.append('\n').append(totals()).toString();
    }

    private static void line(Columns table, Forecast forecast) {
        table.line(
                forecast.method().word(),
                forecast.isStriped() ? String.valueOf(forecast.stripes()) : "whole",
                String.valueOf(forecast.tasks()),
                String.valueOf(forecast.passes()),
                Figures.bytes(forecast.bytesRead()),
                Figures.bytes(forecast.bytesBroadcast()),
                Figures.bytes(forecast.bytesReturned()),
                Shortened.name(forecast.task().tensor().name(), Shortened.IN_TABLE));
    }

    private long matrices() {
        return forecasts.each().stream()
                .filter(forecast -> forecast.task().weight() != null)
                .count();
    }

    private String totals() {
        return String.format(
                        Locale.ROOT,
                        "Read from storage: %s if memory and local disks hold the stripes, %s if they hold none.\n",
                        Figures.bytes(forecasts.bytesRead()),
                        Figures.bytes(forecasts.bytesReadWithoutCache()))
                + striped()
                + shared()
                + String.format(
                        Locale.ROOT,
                        "Suggested: %s of %d cores and %s of memory.\n",
                        Figures.count(forecasts.executors(), "executor"),
                        Forecasts.EXECUTOR_CORES,
                        Figures.bytes(forecasts.executorMemory()));
    }

    private String striped() {
        String counts = counts();
        if (counts.isEmpty()) {
            return "Every matrix fits a task; none is striped.\n";
        }
        String steps = String.format(
                Locale.ROOT,
                "Striped: %s, %s kept over the cluster; a step sends %s to every executor and %s come back; %s expected.\n",
                counts,
                Figures.bytes(forecasts.bytesCached()),
                Figures.bytes(forecasts.bytesBroadcast()),
                Figures.bytes(forecasts.bytesReturned()),
                Figures.count(forecasts.steps(), "step"));
        return forecasts.bytesShuffled() == 0
                ? steps
                : steps + "Lines longer than a block: in a step, tasks send each other "
                        + Figures.bytes(forecasts.bytesShuffled()) + ".\n";
    }

    private String shared() {
        long kernels = plan.tasks().stream().filter(plan::isSpread).count();
        return kernels == 0
                ? ""
                : "Convolutions whose frequencies are shared out, a job per step: " + kernels
                        + "; the driver reads each once more.\n";
    }

    /** How many matrices are striped, and how many tensors that only get their entries counted; empty if none is. */
    private String counts() {
        List<Forecast> striped =
                forecasts.each().stream().filter(Forecast::isStriped).toList();
        long matrices = striped.stream()
                .filter(forecast -> forecast.task().weight() != null)
                .count();
        long counted = striped.size() - matrices;
        return Stream.of(
                        matrices == 0 ? "" : Figures.count(matrices, "matrix"),
                        counted == 0 ? "" : Figures.count(counted, "tensor") + " whose entries are counted")
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" and "));
    }

    /**
     * For scripts: the same figures in bytes, one row per tensor that is read.
     *
     * @param stream gets ASCII text; flushed, not closed
     * @throws IOException if the stream fails
     */
    public void json(OutputStream stream) throws IOException {
        try (JsonOut out = JsonOut.to(stream)) {
            out.startObject();
            out.integer("schema", JsonReport.SCHEMA);
            JsonCheckpoint.write(out, plan.checkpoint());
            out.startObject("totals");
            out.integer("bytes_read", forecasts.bytesRead());
            out.integer("bytes_read_without_cache", forecasts.bytesReadWithoutCache());
            out.integer("bytes_cached", forecasts.bytesCached());
            out.integer("bytes_broadcast_per_step", forecasts.bytesBroadcast());
            out.integer("bytes_returned_per_step", forecasts.bytesReturned());
            out.integer("bytes_shuffled_per_step", forecasts.bytesShuffled());
            out.integer("steps", forecasts.steps());
            out.integer("executors", forecasts.executors());
            out.integer("executor_cores", Forecasts.EXECUTOR_CORES);
            out.integer("executor_memory", forecasts.executorMemory());
            out.endObject();
            out.startArray("tensors");
            for (Forecast forecast : forecasts.each()) {
                row(out, forecast);
            }
            out.endArray();
            out.endObject();
        }
    }

    private static void row(JsonOut out, Forecast forecast) throws IOException {
        out.startObject();
        EffectiveWeight weight = forecast.task().weight();
        out.text("name", forecast.task().tensor().name());
        out.text("how", weight == null ? null : weight.how().word());
        out.integer("batch_index", forecast.task().batchIndex());
        out.text("method", forecast.method().word());
        out.integer("stripes", forecast.stripes());
        out.integer("tasks", forecast.tasks());
        out.integer("passes", forecast.passes());
        out.integer("bytes_read", forecast.bytesRead());
        out.integer("bytes_cached", forecast.bytesCached());
        out.integer("bytes_broadcast_per_step", forecast.bytesBroadcast());
        out.integer("bytes_returned_per_step", forecast.bytesReturned());
        out.integer("bytes_shuffled_per_step", forecast.bytesShuffled());
        out.integer("task_memory", forecast.taskMemory());
        out.endObject();
    }
}
