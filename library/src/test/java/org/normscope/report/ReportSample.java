package org.normscope.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.KernelUse;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.OperatorBound;
import org.normscope.audit.result.RunRecord;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.spectral.Method;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.CheckpointFile;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.SumOfSquares;
import org.normscope.weights.EffectiveWeight;
import org.normscope.weights.Role;

/** A report made by hand that has one of everything: certificates, reasons, nasty names, numbers at the edge of double. */
final class ReportSample {
    static final String NASTY = "a\u001b[31m\"b\",\n\u2028\u007f\u009b\ud800é=";
    static final BuildInfo BUILD = new BuildInfo("1.2.3", "0123abc");

    private final List<StoredTensor> stored = new ArrayList<>();
    private final List<TensorRow> tensors = new ArrayList<>();
    private final List<WeightRow> weights = new ArrayList<>();
    private long offset = 100;

    private ReportSample() {}

    static AuditReport report() {
        return report(1, "local");
    }

    static AuditReport report(int top, String engine) {
        ReportSample sample = new ReportSample();
        sample.matrix(
                "layer.weight", norm(Interval.around(2, 2.5, 3, Certificate.PROBABILISTIC, 1e-12), Method.KRYLOV));
        sample.matrix("=cmd()", norm(Interval.around(1e-310, 1e-310, 1e-310, Certificate.EXACT, 0), Method.DIRECT));
        sample.matrix(NASTY, norm(Interval.around(1.5, 1.5, 1.6, Certificate.RIGOROUS, 0), Method.GRAM));
        sample.matrix("energy.weight", norm(Interval.around(1e22, 1e23, 1.1e23, Certificate.ENERGY, 0), Method.KRYLOV));
        sample.matrix("power.weight", norm(Interval.lowerOnly(7, 7.1), Method.POWER));
        sample.convolution("conv.weight", 425, 3, 3);
        sample.convolution("point.weight", 0, 1, 1);
        sample.tensor(sample.tensor("bias", DType.F32, 3), Status.ANALYZED, null, statistics(0, 0));
        sample.tensor(
                sample.tensor("ids", DType.I64, 2), Status.SKIPPED, "I64: integers and booleans are not weights", null);
        sample.tensor(sample.tensor("gone", DType.F32, 2), Status.FAILED, "shard.safetensors: the disk is gone", null);
        sample.poisoned();
        return sample.build(top, engine);
    }

    private AuditReport build(int top, String engine) {
        CheckpointFile file = new CheckpointFile("model.safetensors", "/m/model.safetensors", 4096, "ab".repeat(32));
        Checkpoint checkpoint = new Checkpoint(
                "/m",
                "safetensors",
                List.of(file),
                stored,
                List.of("stray shard: old.safetensors"),
                Optional.of("Gpt"));
        AuditSettings settings =
                new AuditSettings(Precision.DEFAULT, new Selection(List.of(), List.of("x*")), 64L << 20, top, 42L);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("engine", engine);
        environment.put("master", "local, 2 threads");
        environment.put("executors", "3");
        environment.put("java", "17");
        Map<String, Double> seconds = new TreeMap<>(Map.of("layer.weight", 0.25, NASTY, 0.5));
        RunRecord run = new RunRecord(Instant.parse("2026-01-02T03:04:05Z"), 1.5, 8192, environment, seconds);
        return new AuditReport(checkpoint, settings, new AuditReport.Kernel("scalar", 8), tensors, weights, run);
    }

    private void matrix(String name, WeightNorm norm) {
        StoredTensor tensor = tensor(name, DType.BF16, 2, 3);
        @Nullable String remark = norm.method() == Method.POWER ? "power iteration bounds from below only" : null;
        tensor(tensor, Status.ANALYZED, null, statistics(0, 0));
        weights.add(new WeightRow(weight(tensor), Status.ANALYZED, remark, norm, statistics(0, 0)));
    }

    private void convolution(String name, long evaluations, long... taps) {
        StoredTensor tensor = tensor(name, DType.F32, 2, 2, taps[0], taps[1]);
        Interval operator = Interval.around(0.25, 0.25, 0.75, Certificate.RIGOROUS, 0);
        WeightNorm norm = norm(Interval.around(0.125, 0.125, 0.5, Certificate.ENERGY, 0), Method.KRYLOV)
                .with(OperatorBound.of(KernelUse.unknown(2), operator, evaluations));
        tensor(tensor, Status.ANALYZED, null, statistics(0, 0));
        weights.add(new WeightRow(weight(tensor), Status.ANALYZED, null, norm, statistics(0, 0)));
    }

    private void poisoned() {
        StoredTensor tensor = tensor("poisoned.weight", DType.F32, 2, 2);
        MatrixStatistics statistics = statistics(2, 1);
        tensor(tensor, Status.SKIPPED, "2 NaN and 1 infinite entries", statistics);
        weights.add(new WeightRow(weight(tensor), Status.SKIPPED, "2 NaN and 1 infinite entries", null, statistics));
    }

    private void tensor(StoredTensor tensor, Status status, @Nullable String reason, @Nullable MatrixStatistics found) {
        stored.add(tensor);
        tensors.add(new TensorRow(tensor, TensorRow.Place.alone(Role.of(tensor)), status, reason, found));
    }

    private StoredTensor tensor(String name, DType dtype, long... dims) {
        StoredTensor tensor = StoredTensor.contiguous(name, dtype, Shape.of(dims), 0, offset);
        offset += tensor.bytes();
        return tensor;
    }

    private static EffectiveWeight weight(StoredTensor tensor) {
        return EffectiveWeight.plain(tensor);
    }

    private static WeightNorm norm(Interval sigma, Method method) {
        return new WeightNorm(sigma, method, 4, List.of(sigma.estimate(), sigma.estimate() / 3));
    }

    private static MatrixStatistics statistics(long nan, long inf) {
        double largest = inf > 0 ? Double.POSITIVE_INFINITY : 2;
        SumOfSquares squares = SumOfSquares.ofSum(nan + inf > 0 ? Double.NaN : 6.25);
        return new MatrixStatistics(nan, inf, 1, largest, squares, new MatrixStatistics.Range(0, 2.5, 1.25));
    }
}
