package org.normscope.report;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.KernelUse;
import org.normscope.audit.plan.SigmaUsed;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TaskResult;
import org.normscope.audit.result.WeightNorm;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.bound.LowerBound;
import org.normscope.bound.UpperBound;
import org.normscope.spectral.Method;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.SumOfSquares;

/** A finished tensor as named fields; real numbers in hexadecimal, so that every bit comes back. What isn't there has no field. */
final class JournalEntry {
    private static final String OPERATOR = "operator_";

    private final Map<String, String> fields;

    /** An entry as it was read; whatever is wrong with it shows when it is used. */
    JournalEntry(Map<String, String> fields) {
        this.fields = fields;
    }

    /** The entry of a finished tensor; its singular vectors are left out. */
    static JournalEntry of(TaskResult result) {
        JournalEntry entry = new JournalEntry(new LinkedHashMap<>());
        Outcome outcome = result.outcome();
        entry.put("tensor", result.task().index());
        entry.put("name", result.task().tensor().name());
        entry.put("status", outcome.status());
        if (outcome.reason() != null) {
            entry.put("reason", outcome.reason());
        }
        entry.real("seconds", result.seconds());
        if (outcome.statistics() != null) {
            entry.put(outcome.statistics());
        }
        if (outcome.norm() != null) {
            entry.put(outcome.norm());
        }
        return entry;
    }

    Map<String, String> fields() {
        return fields;
    }

    /**
     * Index of the tensor.
     *
     * @throws IllegalArgumentException if there is none
     */
    int tensor() {
        return Integer.parseInt(text("tensor"));
    }

    /**
     * What became of a task; it cost nothing now.
     *
     * @throws IllegalArgumentException if this isn't the task's entry, or says what can't be
     */
    TaskResult result(AuditTask task) {
        if (!task.tensor().name().equals(text("name"))) {
            throw new IllegalArgumentException(
                    text("name") + " is not " + task.tensor().name());
        }
        if (task.use() != null && !fields.containsKey("evaluations")) {
            throw new IllegalArgumentException(task.tensor().name() + " wasn't known to be a kernel");
        }
        Outcome outcome =
                new Outcome(Status.valueOf(text("status")), fields.get("reason"), statistics(), norm(task), null);
        return new TaskResult(task, outcome, real("seconds"), 0);
    }

    private void put(MatrixStatistics statistics) {
        put("nan", statistics.nan());
        put("inf", statistics.inf());
        put("zero_rows", statistics.zeroRows());
        real("max_abs", statistics.maxAbs());
        real("squares_high", statistics.squares().high());
        real("squares_low", statistics.squares().low());
        put("squares_exponent", statistics.squares().exponent());
        real("row_min", statistics.rowNorm().min());
        real("row_max", statistics.rowNorm().max());
        real("row_mean", statistics.rowNorm().mean());
    }

    private @Nullable MatrixStatistics statistics() {
        if (!fields.containsKey("nan")) {
            return null;
        }
        SumOfSquares squares =
                new SumOfSquares(real("squares_high"), real("squares_low"), Integer.parseInt(text("squares_exponent")));
        return new MatrixStatistics(
                Long.parseLong(text("nan")),
                Long.parseLong(text("inf")),
                Long.parseLong(text("zero_rows")),
                real("max_abs"),
                squares,
                new MatrixStatistics.Range(real("row_min"), real("row_max"), real("row_mean")));
    }

    private void put(WeightNorm norm) {
        put("", norm.sigma());
        if (norm.operator() != null) {
            put(OPERATOR, norm.operator().interval());
            put("evaluations", norm.operator().evaluations());
            put("geometry", norm.operator().movement());
        }
        if (norm.sigmaUsed() != null) {
            real("sigma_used", norm.sigmaUsed().value());
            put("dim", norm.sigmaUsed().dim());
        }
        put("method", norm.method());
        put("passes", norm.passes());
        put(
                "singular_values",
                norm.singularValues().stream().map(Double::toHexString).collect(Collectors.joining(" ")));
    }

    private @Nullable WeightNorm norm(AuditTask task) {
        if (!fields.containsKey("lower")) {
            return null;
        }
        SigmaUsed used = fields.containsKey("sigma_used")
                ? new SigmaUsed(real("sigma_used"), Integer.parseInt(text("dim")))
                : null;
        List<Double> values = Arrays.stream(text("singular_values").split(" "))
                .filter(value -> !value.isEmpty())
                .map(Double::valueOf)
                .toList();
        return new WeightNorm(
                interval(""),
                Method.valueOf(text("method")),
                Integer.parseInt(text("passes")),
                values,
                used,
                operator(task));
    }

    private @Nullable OperatorBound operator(AuditTask task) {
        if (!fields.containsKey("evaluations")) {
            return null;
        }
        KernelUse use =
                task.use() == null ? KernelUse.unknown(task.tensor().shape().rank() - 2) : task.use();
        OperatorBound operator = OperatorBound.of(use, interval(OPERATOR), Long.parseLong(text("evaluations")));
        if (!operator.movement().equals(text("geometry"))) {
            throw new IllegalArgumentException(text("geometry") + " isn't " + operator.movement());
        }
        return operator;
    }

    private void put(String prefix, Interval interval) {
        real(prefix + "lower", interval.lower().value());
        interval.upper().ifPresent(upper -> real(prefix + "upper", upper.value()));
        real(prefix + "estimate", interval.estimate());
        put(prefix + "certificate", interval.certificate());
        real(prefix + "failure_probability", interval.failureProbability());
    }

    private Interval interval(String prefix) {
        return new Interval(
                new LowerBound(real(prefix + "lower")),
                fields.containsKey(prefix + "upper") ? new UpperBound(real(prefix + "upper")) : null,
                real(prefix + "estimate"),
                Certificate.valueOf(text(prefix + "certificate")),
                real(prefix + "failure_probability"));
    }

    private void put(String key, Object value) {
        fields.put(key, value.toString());
    }

    private void real(String key, double value) {
        fields.put(key, Double.toHexString(value));
    }

    private double real(String key) {
        return Double.parseDouble(text(key));
    }

    private String text(String key) {
        String value = fields.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key);
        }
        return value;
    }
}
