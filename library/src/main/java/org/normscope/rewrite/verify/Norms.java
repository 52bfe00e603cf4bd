package org.normscope.rewrite.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;

/** What an audit found of weights, by the tensors that they are made of. */
public final class Norms {
    private final Keys keys;
    private final Map<Set<String>, List<WeightRow>> rows;

    /** Those of a report. */
    public Norms(AuditReport report) {
        this.keys = Keys.of(report);
        this.rows = new HashMap<>();
        for (WeightRow row : report.weights()) {
            rows.computeIfAbsent(keys.of(row.weight()), parts -> new ArrayList<>())
                    .add(row);
        }
    }

    private Norms(Keys keys, Map<Set<String>, List<WeightRow>> rows) {
        this.keys = keys;
        this.rows = rows;
    }

    /** These, but for some weights of the same checkpoint what others say of them. */
    Norms replaced(Norms others, List<List<String>> weights) {
        Map<Set<String>, List<WeightRow>> replaced = new HashMap<>(rows);
        weights.forEach(parts -> replaced.put(keys.of(parts), others.of(parts)));
        return new Norms(keys, replaced);
    }

    /**
     * The rows of a weight, one for each of its matrices, in order; none if it isn't a matrix.
     *
     * @param parts the names of all tensors that it is made of, in any order
     */
    public List<WeightRow> of(List<String> parts) {
        return rows.getOrDefault(keys.of(parts), List.of());
    }
}
