package org.normscope.audit.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.SumOfSquares;
import org.normscope.weights.How;

/** What a report says of weights and tensors, by name. */
final class ReportedNorms {
    private final Map<String, List<WeightRow>> weights = new HashMap<>();
    private final Map<String, TensorRow> tensors = new HashMap<>();

    ReportedNorms(AuditReport report) {
        for (WeightRow row : report.weights()) {
            weights.merge(row.weight().name(), List.of(row), ReportedNorms::joined);
        }
        for (TensorRow row : report.tensors()) {
            tensors.putIfAbsent(row.tensor().name(), row);
        }
    }

    private static List<WeightRow> joined(List<WeightRow> some, List<WeightRow> more) {
        List<WeightRow> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /**
     * The weight that a layer applies: what is made of parts goes before what is stored beside them.
     *
     * @param index in a stack of matrices
     */
    Optional<WeightRow> weight(String name, long index) {
        return rows(name).stream()
                .filter(row -> row.weight().batchIndex() == index)
                .min(Comparator.comparing((WeightRow row) -> row.weight().how() == How.PLAIN));
    }

    /** Of a tied weight, those under its first name. */
    private List<WeightRow> rows(String name) {
        TensorRow tensor = tensors.get(name);
        String first = tensor == null ? null : tensor.place().aliasOf();
        return weights.getOrDefault(name, first == null ? List.of() : weights.getOrDefault(first, List.of()));
    }

    /** A tensor of any number of dimensions. */
    Optional<TensorRow> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /** The interval of a weight's spectral norm; null where it has none. */
    static @Nullable Interval sigma(WeightRow row) {
        return row.norm() == null ? null : row.norm().sigma();
    }

    /** Upper bound on a Frobenius norm. */
    static UpperBound frobenius(MatrixStatistics statistics) {
        return new UpperBound(statistics.frobenius() * (1 + 2 * SumOfSquares.RELATIVE_ERROR));
    }
}
