package org.normscope.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.RunRecord;
import org.normscope.audit.result.Status;

/**
 * {@code report.json}: every key in the order of docs/report.schema.json, numbers that read back to the same double, null for what
 * isn't defined.
 */
public final class JsonReport {
    /** Version of the layout; raised when a reader of the old one would misread the new one. */
    public static final int SCHEMA = 1;

    private static final List<String> RUN_WORDS =
            List.of("engine", "master", "executors", "java", "os", "arch", "spark", "serializer");

    private final JsonOut out;

    private JsonReport(JsonOut out) {
        this.out = out;
    }

    /** How much of a report is written. */
    public enum Extent {
        /** Everything. */
        WHOLE,
        /** All but {@code provenance.run}: the same bytes for the same checkpoint, settings, seed and kernel. */
        REPEATABLE
    }

    /**
     * Writes a report.
     *
     * @param build who made it
     * @param stream gets ASCII text; flushed, not closed
     * @throws IOException if the stream fails
     */
    public static void write(AuditReport report, BuildInfo build, Extent extent, OutputStream stream)
            throws IOException {
        try (JsonOut out = JsonOut.to(stream)) {
            JsonReport writer = new JsonReport(out);
            out.startObject();
            out.integer("schema", SCHEMA);
            writer.provenance(report, build, extent);
            JsonCheckpoint.write(out, report.checkpoint());
            writer.ledger(report);
            new JsonRows(out).write(report);
            JsonModel.write(out, report.model());
            JsonAdapter.write(out, report.adapter());
            out.startArray("findings");
            out.endArray();
            out.endObject();
        }
    }

    private void provenance(AuditReport report, BuildInfo build, Extent extent) throws IOException {
        out.startObject("provenance");
        out.text("tool", "normscope");
        out.text("version", build.version());
        out.text("commit", build.commit());
        out.startObject("kernel");
        out.text("name", report.kernel().name());
        out.integer("lanes", report.kernel().lanes());
        out.endObject();
        settings(report.settings());
        out.integer("seed", report.settings().seed());
        if (extent == Extent.WHOLE) {
            run(report.run());
        }
        out.endObject();
    }

    private void settings(AuditSettings settings) throws IOException {
        Precision precision = settings.precision();
        out.startObject("settings");
        out.real("tolerance", precision.tolerance());
        out.real("failure_probability", precision.failureProbability());
        out.text("certify", precision.certify().word());
        out.text("method", precision.method().word());
        out.integer("iterations", precision.iterations());
        out.texts("include", settings.selection().include());
        out.texts("exclude", settings.selection().exclude());
        out.integer("block_bytes", settings.blockBytes());
        out.integer("top", settings.top());
        out.endObject();
    }

    private void run(RunRecord run) throws IOException {
        Map<String, String> environment = run.environment();
        out.startObject("run");
        out.text("started", run.started().toString());
        out.real("seconds", run.seconds());
        for (String word : RUN_WORDS) {
            word(word, environment.get(word));
        }
        for (Map.Entry<String, String> other : environment.entrySet()) {
            if (!RUN_WORDS.contains(other.getKey())) {
                out.text(other.getKey(), other.getValue());
            }
        }
        out.integer("bytes_read", run.bytesRead());
        out.startObject("weight_seconds");
        for (Map.Entry<String, Double> weight : run.weightSeconds().entrySet()) {
            out.real(weight.getKey(), weight.getValue());
        }
        out.endObject();
        out.endObject();
    }

    private void word(String key, @Nullable String value) throws IOException {
        if (key.equals("executors") && value != null && value.matches("\\d{1,9}")) {
            out.integer(key, Integer.valueOf(value));
        } else {
            out.text(key, value);
        }
    }

    private void ledger(AuditReport report) throws IOException {
        out.startObject("ledger");
        out.integer("tensors", report.tensors().size());
        for (Status status : Status.values()) {
            out.integer(status.word(), report.count(status));
        }
        out.integer("bytes", report.bytes());
        out.real("failure_probability", report.failureProbability());
        out.endObject();
    }
}
