package org.normscope.audit.architecture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.kernel.Kernels;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/** Checkpoints with a config.json, from their bytes to the bound of the model. */
final class AuditedModel {
    private AuditedModel() {}

    static MemoryStorage storage(WrittenCheckpoint checkpoint, String config) {
        byte[] text = config.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return checkpoint.storage().with("made/config.json", text);
    }

    static ModelBound bound(WrittenCheckpoint checkpoint, String config)
            throws BadCheckpointException, InsufficientMemoryException, IOException {
        MemoryStorage storage = storage(checkpoint, config);
        return bound(storage, new Architectures(storage, null));
    }

    static ModelBound bound(MemoryStorage storage, Architectures architectures)
            throws BadCheckpointException, InsufficientMemoryException, IOException {
        AuditSettings settings = AuditSettings.DEFAULT.withSeed(1);
        Checkpoint checkpoint = Checkpoints.open(storage, WrittenCheckpoint.LOCATION);
        Structure structure = architectures.structure(checkpoint);
        AuditPlan plan = Audit.plan(checkpoint, settings, structure.request(AuditPlan.Request.REPORT_ONLY, checkpoint));
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return structure.bound(plan, report, storage).orElseThrow();
    }
}
