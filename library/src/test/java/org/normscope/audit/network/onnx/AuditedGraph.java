package org.normscope.audit.network.onnx;

import java.io.IOException;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.kernel.Kernels;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.MemoryStorage;

/** ONNX models from their bytes to the bound of the whole. */
final class AuditedGraph {
    private AuditedGraph() {}

    static ModelBound bound(byte[] model) throws BadCheckpointException, InsufficientMemoryException, IOException {
        return bound(new MemoryStorage().with("d/x.onnx", model), "d/x.onnx");
    }

    static ModelBound bound(Storage storage, String location)
            throws BadCheckpointException, InsufficientMemoryException, IOException {
        Precision precision =
                new Precision(1e-4, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.AUTO, null);
        AuditSettings settings = AuditSettings.DEFAULT.withSeed(1).with(precision);
        Checkpoint checkpoint = Checkpoints.open(storage, location);
        Structure structure = OnnxStructure.of(storage, checkpoint);
        AuditPlan plan = Audit.plan(checkpoint, settings, structure.request(AuditPlan.Request.REPORT_ONLY, checkpoint));
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return structure.bound(plan, report, storage).orElseThrow();
    }

    /** The upper bound; fails where there is none. */
    static double value(ModelBound model) {
        WideBound upper = model.limit().upper();
        if (upper == null) {
            throw new AssertionError(model.limit().reason());
        }
        return upper.narrow().orElseThrow().value();
    }
}
