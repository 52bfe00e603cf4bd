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
    private final Map<Set<String>, List<WeightRow>> rows = new HashMap<>();

    /** Those of a report. */
    public Norms(AuditReport report) {
        this.keys = Keys.of(report);
        for (WeightRow row : report.weights()) {
            rows.computeIfAbsent(keys.of(row.weight()), parts -> new ArrayList<>())
                    .add(row);
        }
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
