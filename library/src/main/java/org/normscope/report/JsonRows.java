package org.normscope.report;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.tensor.StoredTensor;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weights.EffectiveWeight;

/** The rows of report.json: one per tensor, one per effective weight. */
final class JsonRows {
    private final JsonOut out;

    JsonRows(JsonOut out) {
        this.out = out;
    }

    void write(AuditReport report) throws IOException {
        out.startArray("tensors");
        for (TensorRow row : report.tensors()) {
            tensor(row, report.checkpoint().fileOf(row.tensor()).name());
        }
        out.endArray();
        out.startArray("weights");
        for (WeightRow row : report.weights()) {
            weight(row, report.settings().top() > 1);
        }
        out.endArray();
    }

    private void tensor(TensorRow row, String file) throws IOException {
        StoredTensor tensor = row.tensor();
        out.startObject();
        out.text("name", tensor.name());
        out.text("dtype", tensor.type());
        out.integers("shape", tensor.shape().dims());
        out.text("file", file);
        out.text("role", row.place().role().word());
        out.text("status", row.status().word());
        out.text("reason", row.reason());
        out.text("alias_of", row.place().aliasOf());
        out.text("used_by", row.place().usedBy());
        counts(row.statistics());
        out.real("max_abs", Measured.maxAbs(row.statistics()));
        out.real("frobenius", Measured.frobenius(row.statistics()));
        rowNorm(row.statistics());
        out.endObject();
    }

    private void weight(WeightRow row, boolean withValues) throws IOException {
        EffectiveWeight weight = row.weight();
        out.startObject();
        out.text("name", weight.name());
        out.text("source", weight.source().name());
        out.text("how", Measured.how(weight));
        out.text("status", row.status().word());
        out.text("reason", row.reason());
        out.integer("rows", weight.rows());
        out.integer("cols", weight.cols());
        out.integer("dim", row.dim());
        out.integer("batch_index", weight.batchIndex());
        out.text("row_axis", Measured.rowAxis(weight));
        sigma(row.norm());
        if (withValues && row.norm() != null) {
            out.reals("singular_values", row.norm().singularValues());
        }
        out.real("sigma_used", row.sigmaUsed());
        out.real("sn_excess", row.spectralNormExcess());
        out.real("frobenius", Measured.frobenius(row.statistics()));
        out.real("stable_rank", row.stableRank());
        rowNorm(row.statistics());
        counts(row.statistics());
        out.real("rounding_bound", row.roundingBound());
        operator(row.norm());
        out.endObject();
    }

    private void sigma(@Nullable WeightNorm norm) throws IOException {
        if (norm == null) {
            out.nothing("sigma");
            return;
        }
        Interval sigma = norm.sigma();
        out.startObject("sigma");
        out.real("lower", sigma.lower().value());
        out.real("upper", sigma.upper().map(UpperBound::value).orElse(null));
        out.real("estimate", sigma.estimate());
        out.text("certificate", sigma.certificate().word());
        out.real("failure_probability", sigma.failureProbability());
        out.text("method", norm.method().word());
        out.integer("passes", norm.passes());
        out.endObject();
    }

    private void operator(@Nullable WeightNorm norm) throws IOException {
        OperatorBound operator = norm == null ? null : norm.operator();
        if (operator == null) {
            out.nothing("operator");
            return;
        }
        Interval interval = operator.interval();
        out.startObject("operator");
        out.real("lower", interval.lower().value());
        out.real("upper", interval.upper().map(UpperBound::value).orElse(null));
        out.real("estimate", interval.estimate());
        out.text("certificate", interval.certificate().word());
        out.integer("evaluations", operator.evaluations());
        out.integers(
                "stride", operator.stride().stream().map(Integer::longValue).toList());
        out.integers(
                "dilation", operator.dilation().stream().map(Integer::longValue).toList());
        out.integer("groups", operator.groups());
        out.truth("transposed", operator.transposed());
        out.texts("assumed", operator.assumed());
        out.endObject();
    }

    private void counts(@Nullable MatrixStatistics statistics) throws IOException {
        out.integer("nan", statistics == null ? null : statistics.nan());
        out.integer("inf", statistics == null ? null : statistics.inf());
        out.integer("zero_rows", statistics == null ? null : statistics.zeroRows());
    }

    private void rowNorm(@Nullable MatrixStatistics statistics) throws IOException {
        MatrixStatistics.Range range = Measured.rowNorm(statistics);
        if (range == null) {
            out.nothing("row_norm");
            return;
        }
        out.startObject("row_norm");
        out.real("min", range.min());
        out.real("max", range.max());
        out.real("mean", range.mean());
        out.endObject();
    }
}
