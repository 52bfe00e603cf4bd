package org.normscope.audit;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.KernelUse;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.SingularVectors;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.kernel.Kernels;
import org.normscope.spectral.Method;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.testing.WrittenCheckpoint;

/**
 * An audit in this process, from the checkpoint's location to the report.
 *
 * @param threads threads of the local engine
 * @param heap bytes that the engine believes to have
 */
record LocalAudit(Storage storage, String location, Kernels kernels, int threads, long heap) {
    static final AuditSettings SEEDED = AuditSettings.DEFAULT.withSeed(1);

    static LocalAudit of(String location) {
        return new LocalAudit(new LocalStorage(), location, Kernels.best(), 2, 1L << 30);
    }

    static LocalAudit of(WrittenCheckpoint checkpoint) {
        return new LocalAudit(checkpoint.storage(), WrittenCheckpoint.LOCATION, Kernels.best(), 2, 1L << 30);
    }

    LocalAudit withThreads(int other) {
        return new LocalAudit(storage, location, kernels, other, heap);
    }

    LocalAudit withHeap(long other) {
        return new LocalAudit(storage, location, kernels, threads, other);
    }

    LocalAudit withKernels(Kernels other) {
        return new LocalAudit(storage, location, other, threads, heap);
    }

    AuditPlan plan(AuditSettings settings) throws BadCheckpointException, IOException {
        return Audit.plan(Checkpoints.open(storage, location), settings, AuditPlan.Request.REPORT_ONLY);
    }

    /** With kernels used so. */
    AuditReport run(AuditSettings settings, Map<String, KernelUse> uses)
            throws BadCheckpointException, InsufficientMemoryException, IOException {
        AuditPlan.Request request = AuditPlan.Request.REPORT_ONLY.using(uses);
        return run(Audit.plan(Checkpoints.open(storage, location), settings, request), new HashMap<>());
    }

    AuditReport run(AuditSettings settings) throws BadCheckpointException, InsufficientMemoryException, IOException {
        return run(plan(settings), new HashMap<>());
    }

    Map<String, SingularVectors> vectors(AuditSettings settings)
            throws BadCheckpointException, InsufficientMemoryException, IOException {
        AuditPlan plan = Audit.plan(
                Checkpoints.open(storage, location), settings, AuditPlan.Request.with(AuditPlan.Extra.VECTORS));
        Map<String, SingularVectors> vectors = new HashMap<>();
        run(plan, vectors);
        return vectors;
    }

    private AuditReport run(AuditPlan plan, Map<String, SingularVectors> vectors)
            throws InsufficientMemoryException, IOException {
        LocalEngine engine = new LocalEngine(storage, kernels, threads, heap);
        return new Audit(engine, kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> vectors.put(weight.name(), found));
    }

    /** Default settings with this method and tolerance, seed 1. */
    static AuditSettings by(Precision.MethodChoice method, double tolerance) {
        Precision.Certify certify = Precision.Certify.PROBABILISTIC;
        return SEEDED.with(new Precision(tolerance, 1e-12, certify, method, null));
    }

    /** The only weight's row. */
    static WeightRow only(AuditReport report) {
        return weight(report, report.weights().get(0).weight().name());
    }

    static WeightRow weight(AuditReport report, String name) {
        return report.weights().stream()
                .filter(row -> row.weight().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static WeightNorm norm(WeightRow row) {
        WeightNorm norm = row.norm();
        if (norm == null) {
            throw new AssertionError(row.weight().name() + " has no norm: " + row.reason());
        }
        return norm;
    }

    static boolean isGram(WeightRow row) {
        return norm(row).method() == Method.GRAM;
    }

    /** Types that are decoded. */
    static DType[] decoded() {
        return new DType[] {DType.F64, DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E5M2};
    }
}
