package org.normscope.rewrite.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;

/** What is known of weights, by the tensors that they are made of: from an audit, or from what an audit found of others. */
public final class Norms {
    private final Keys keys;
    private final Map<Set<String>, List<WeightRow>> audited;
    private final Map<Set<String>, Derived> derived = new HashMap<>();

    /**
     * Matrices of a weight that weren't audited.
     *
     * @param rows one for each
     * @param roundings bounds on what rounding did to their norms; none where nothing was rounded
     */
    record Derived(List<WeightRow> rows, List<Double> roundings) {
        /** Copies the lists. */
        Derived {
            rows = List.copyOf(rows);
            roundings = List.copyOf(roundings);
        }
    }

    /** Those of a report. */
    public Norms(AuditReport report) {
        this(Keys.of(report), new HashMap<>());
        for (WeightRow row : report.weights()) {
            audited.computeIfAbsent(keys.of(row.weight()), parts -> new ArrayList<>())
                    .add(row);
        }
    }

    private Norms(Keys keys, Map<Set<String>, List<WeightRow>> audited) {
        this.keys = keys;
        this.audited = audited;
    }

    /** These, but for some weights of the same checkpoint what others say of them. */
    Norms replaced(Norms others, List<List<String>> weights) {
        Norms replaced = new Norms(keys, new HashMap<>(audited));
        replaced.derived.putAll(derived);
        weights.forEach(parts -> replaced.audited.put(keys.of(parts), others.of(parts)));
        return replaced;
    }

    /** These, and of weights of the same checkpoint what follows from other norms. */
    Norms with(Map<List<String>, Derived> others) {
        Norms more = new Norms(keys, audited);
        more.derived.putAll(derived);
        others.forEach((parts, rows) -> more.derived.put(keys.of(parts), rows));
        return more;
    }

    /**
     * The rows of a weight, one for each of its matrices, in order; none if it isn't a matrix.
     *
     * @param parts the names of all tensors that it is made of, in any order
     */
    public List<WeightRow> of(List<String> parts) {
        Derived known = derived.get(keys.of(parts));
        return known == null ? audited.getOrDefault(keys.of(parts), List.of()) : known.rows();
    }

    /** Whether what is known of a weight wasn't found by an audit of it. */
    boolean isDerived(List<String> parts) {
        return derived.containsKey(keys.of(parts));
    }

    /**
     * Bound on what rounding to the stored type did to a matrix: {@code ||W' - W||_F <= u ||W||_F <= u / (1 - u) ||W'||_F}, where an audit's
     * bound is {@code u ||W'||_F}; 0 where none is known.
     */
    double rounding(List<String> parts, int matrix) {
        Derived known = derived.get(keys.of(parts));
        if (known != null) {
            return matrix < known.roundings().size() ? known.roundings().get(matrix) : 0;
        }
        List<WeightRow> rows = of(parts);
        @Nullable WeightRow row = matrix < rows.size() ? rows.get(matrix) : null;
        Double bound = row == null ? null : row.roundingBound();
        return row == null || bound == null
                ? 0
                : bound / (1 - row.weight().source().dtype().unitRoundoff());
    }
}
