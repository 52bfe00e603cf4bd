package org.normscope.audit.network;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightRow;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weights.Role;

/** Weights and tensors that layers name, looked up in a report; remembers which ones. */
final class Lookup {
    private final ReportedNorms norms;
    private final TensorValues values;
    private final Set<WeightRow> used = new LinkedHashSet<>();
    private final Set<String> names = new HashSet<>();

    Lookup(ReportedNorms norms, TensorValues values) {
        this.norms = norms;
        this.values = values;
    }

    /** The weights that went into layers, each once. */
    Set<WeightRow> used() {
        return used;
    }

    /** The weight that stands under a key, in the stack's place that {@code index} gives. */
    WeightRow weight(Options options, String key) throws BadCheckpointException {
        String name = options.requiredText(key);
        WeightRow row = norms.weight(name, options.whole("index", 0).orElse(0))
                .orElseThrow(() -> options.because("the checkpoint has no weight " + Printable.quoted(name)
                        + "; normscope inspect lists its names"));
        used.add(row);
        names.add(name);
        row.weight().recipe().parts().forEach(part -> names.add(part.name()));
        return row;
    }

    /** Tensors that stand under a key and don't count for the bound, such as biases of convolutions: they must exist. */
    void acknowledge(Options options, String key) throws BadCheckpointException {
        for (String name : options.texts(key)) {
            tensor(options, name);
        }
    }

    /** The tensor of this name. */
    TensorRow tensor(Options options, String name) throws BadCheckpointException {
        return optional(name)
                .orElseThrow(() -> options.because("the checkpoint has no tensor " + Printable.quoted(name)
                        + "; normscope inspect lists its names"));
    }

    /** The tensor of this name, if there is one. */
    Optional<TensorRow> optional(String name) {
        Optional<TensorRow> row = norms.tensor(name);
        row.ifPresent(found -> names.add(name));
        return row;
    }

    /** All elements of a small tensor. */
    double[] values(TensorRow row) throws BadCheckpointException, IOException {
        return values.of(row);
    }

    /**
     * Names of tensors that no layer has asked for so far, but for what training left behind.
     *
     * @param ignored globs of names that play no part at inference
     */
    List<String> unexplained(AuditReport report, List<String> ignored) {
        Selection meant = new Selection(List.of(), ignored);
        Set<String> tied = new HashSet<>(names);
        report.tensors().stream()
                .filter(row -> names.contains(row.tensor().name()))
                .map(row -> row.place().aliasOf())
                .filter(Objects::nonNull)
                .forEach(tied::add);
        return report.tensors().stream()
                .filter(row -> !isExplained(row, tied))
                .map(row -> row.tensor().name())
                .filter(meant::matches)
                .toList();
    }

    /** @param tied names that are used, and the first ones of those with the same elements */
    private static boolean isExplained(TensorRow row, Set<String> tied) {
        TensorRow.Place place = row.place();
        return tied.contains(row.tensor().name())
                || isOneOf(tied, place.usedBy())
                || isOneOf(tied, place.aliasOf())
                || place.role() == Role.OPTIMIZER;
    }

    private static boolean isOneOf(Set<String> names, @Nullable String name) {
        return name != null && names.contains(name);
    }

    /** Counts and norms of a tensor; null where it wasn't read, or holds NaN or infinite entries. */
    static @Nullable MatrixStatistics statistics(TensorRow row) {
        MatrixStatistics statistics = row.statistics();
        return statistics == null || !statistics.isFinite() ? null : statistics;
    }

    /** The layer of a weight or tensor without a norm. */
    static Layer unknown(String name, @Nullable String reason) {
        return new Layer.Unknown(reason(name, reason));
    }

    /** Why a weight or tensor makes no layer. */
    static String reason(String name, @Nullable String reason) {
        return Printable.quoted(name) + " has no norm" + (reason == null ? "" : ": " + reason);
    }
}
