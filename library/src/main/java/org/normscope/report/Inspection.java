package org.normscope.report;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditTask;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

/** What headers alone tell of a checkpoint, and what an audit would do with each tensor. */
public final class Inspection {
    private final AuditPlan plan;
    private final Map<StoredTensor, AuditTask> tasks = new HashMap<>();
    private final Map<EffectiveWeight, AuditTask> weights = new HashMap<>();

    /** Looks at a plan; nothing is read. */
    public Inspection(AuditPlan plan) {
        this.plan = plan;
        for (AuditTask task : plan.tasks()) {
            tasks.put(task.tensor(), task);
            if (task.weight() != null) {
                weights.put(task.weight(), task);
            }
        }
    }

    /** For the terminal: one line per tensor, then what an audit would skip and why. */
    public String text() {
        List<StoredTensor> tensors = plan.checkpoint().tensors();
        StringBuilder out = new StringBuilder();
        out.append(TextReport.heading(plan.checkpoint(), tensors.size(), bytes()));
        Columns table = new Columns("lllll");
        table.line("type", "shape", "role", "audit", "tensor");
        Reasons reasons = new Reasons();
        for (int i = 0; i < tensors.size(); i++) {
            StoredTensor tensor = tensors.get(i);
            String reason = plan.skipped().tensors().get(i);
            if (reason != null) {
                reasons.add(reason, tensor.name());
            }
            String shape = Shortened.name(tensor.shape().toString(), 30);
            String name = Shortened.name(tensor.name(), Shortened.IN_TABLE);
            table.line(tensor.type(), shape, plan.map().roleOf(i).word(), action(i), name);
        }
        out.append(tensors.isEmpty() ? "" : "\n" + table);
        MadeTable made = made(reasons);
        out.append(made.isEmpty() ? "" : "\nWeights that are made of these tensors:\n\n" + made);
        out.append(ties());
        out.append(reasons.isEmpty() ? "" : "\nAn audit would skip:\n" + reasons);
        out.append(TextReport.notes(plan.checkpoint()));
        out.append('\n').append(summary()).append('\n');
        return out.toString();
    }

    /** Weights that no tensor is; reasons to leave them out are added to the given ones. */
    private MadeTable made(Reasons reasons) {
        MadeTable made = new MadeTable();
        for (int i = 0; i < plan.weights().size(); i++) {
            EffectiveWeight weight = plan.weights().get(i);
            if (weight.isStored()) {
                continue;
            }
            String reason = plan.skipped().weights().get(i);
            if (reason != null) {
                reasons.add(reason, weight.name());
            }
            String method = method(weights.get(weight));
            made.add(weight, method == null ? "skip" : method);
        }
        return made;
    }

    private String ties() {
        Reasons ties = new Reasons();
        List<StoredTensor> tensors = plan.checkpoint().tensors();
        for (int i = 0; i < tensors.size(); i++) {
            String first = plan.map().aliasOf(i);
            if (first != null) {
                ties.add(
                        "the same numbers as " + Shortened.name(first, Shortened.IN_TABLE),
                        tensors.get(i).name());
            }
        }
        return ties.isEmpty() ? "" : "\nTied, and read once:\n" + ties;
    }

    private String summary() {
        long planned =
                plan.tasks().stream().filter(task -> task.weight() != null).count();
        if (plan.weights().isEmpty()) {
            return "There is no matrix in this checkpoint: no floating tensor has two dimensions or more.";
        }
        return "An audit would compute the spectral norms of " + planned + " of "
                + Figures.count(plan.weights().size(), "matrix") + ".";
    }

    private long bytes() {
        return plan.checkpoint().tensors().stream()
                .mapToLong(StoredTensor::bytes)
                .sum();
    }

    /** The method for a matrix; {@code count} for what only gets its entries counted; {@code tied} for what is another; {@code skip}. */
    private String action(int index) {
        StoredTensor tensor = plan.checkpoint().tensors().get(index);
        String method = method(tasks.get(tensor));
        if (method != null || tasks.containsKey(tensor)) {
            return method != null ? method : "count";
        }
        return plan.skipped().tensors().containsKey(index) ? "skip" : "tied";
    }

    private @Nullable String method(@Nullable AuditTask task) {
        return task == null || task.weight() == null ? null : plan.method(task).word();
    }

    /**
     * For scripts: the layout of docs/inspect.schema.json.
     *
     * @param stream gets ASCII text; flushed, not closed
     * @throws IOException if the stream fails
     */
    public void json(OutputStream stream) throws IOException {
        try (JsonOut out = JsonOut.to(stream)) {
            out.startObject();
            out.integer("schema", JsonReport.SCHEMA);
            JsonCheckpoint.write(out, plan.checkpoint());
            out.startObject("ledger");
            out.integer("tensors", plan.checkpoint().tensors().size());
            int skipped = plan.skipped().tensors().size();
            out.integer("to_analyze", plan.checkpoint().tensors().size() - skipped);
            out.integer("to_skip", skipped);
            out.integer("bytes", bytes());
            out.endObject();
            tensors(out);
            weights(out);
            out.endObject();
        }
    }

    private void tensors(JsonOut out) throws IOException {
        List<StoredTensor> tensors = plan.checkpoint().tensors();
        out.startArray("tensors");
        for (int i = 0; i < tensors.size(); i++) {
            StoredTensor tensor = tensors.get(i);
            out.startObject();
            out.text("name", tensor.name());
            out.text("dtype", tensor.type());
            out.integers("shape", tensor.shape().dims());
            out.text("file", plan.checkpoint().fileOf(tensor).name());
            out.integer("offset", tensor.offset());
            out.integer("bytes", tensor.bytes());
            out.text("role", plan.map().roleOf(i).word());
            out.text("action", plan.skipped().tensors().containsKey(i) ? "skip" : "analyze");
            out.text("reason", plan.skipped().tensors().get(i));
            out.text("alias_of", plan.map().aliasOf(i));
            out.text("used_by", plan.map().usedBy(i));
            out.endObject();
        }
        out.endArray();
    }

    private void weights(JsonOut out) throws IOException {
        out.startArray("weights");
        for (int i = 0; i < plan.weights().size(); i++) {
            EffectiveWeight weight = plan.weights().get(i);
            out.startObject();
            out.text("name", weight.name());
            out.text("source", weight.source().name());
            out.text("how", Measured.how(weight));
            out.integer("rows", weight.rows());
            out.integer("cols", weight.cols());
            out.integer("dim", weight.dim());
            out.integer("batch_index", weight.batchIndex());
            out.text("row_axis", Measured.rowAxis(weight));
            out.text("method", method(weights.get(weight)));
            out.text("reason", plan.skipped().weights().get(i));
            out.endObject();
        }
        out.endArray();
    }
}
