package org.normscope.audit.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.InsufficientMemoryException;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.kernel.Kernels;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/** A small checkpoint, its matrices diagonal so that their norms can be read off, audited and described. */
final class Described {
    private Described() {}

    private static double[] diagonal(double... values) {
        double[] matrix = new double[values.length * values.length];
        for (int i = 0; i < values.length; i++) {
            matrix[i * values.length + i] = values[i];
        }
        return matrix;
    }

    private static WrittenCheckpoint checkpoint() {
        Shape square = Shape.of(2, 2);
        Shape pair = Shape.of(2);
        return new WrittenCheckpoint()
                .with("a", DType.F32, square, diagonal(3, 2))
                .with("b", DType.F32, square, diagonal(1, 5))
                .with("nan", DType.F32, square, diagonal(Double.NaN, 5))
                .with("a.bias", DType.F32, pair, 3, 4)
                .with("k.weight", DType.F32, Shape.of(1, 1, 3, 3), 0, 0, 0, 0, 2, 0, 0, 0, 0)
                .with("ones.weight", DType.F32, Shape.of(1, 1, 3, 3), 1, 1, 1, 1, 1, 1, 1, 1, 1)
                .with("pair.weight", DType.F32, Shape.of(2, 1, 3, 1), 0, 1, 0, 0, 2, 0)
                .with("wide.weight", DType.F32, Shape.of(1, 2, 2), 1, 1, 0, 0)
                .with("cell.weight_ih", DType.F32, Shape.of(4, 1), 0, 3, 0, 0)
                .with("cell.weight_hh", DType.F32, Shape.of(4, 1), 0, 0, 0.5, 0)
                .with("bn.weight", DType.F32, pair, -6, 1)
                .with("bn.running_var", DType.F32, pair, 3.75, 0.25)
                .with("ln.weight", DType.F32, pair, -0.5, 0.25)
                .with("slopes", DType.F32, pair, 0.25, -3);
    }

    /** The bound of the network that this description, with apostrophes for quotes, makes of it. */
    static ModelBound bound(String json) throws BadCheckpointException, InsufficientMemoryException, IOException {
        return bound(checkpoint(), json);
    }

    /** The same of another checkpoint. */
    static ModelBound bound(WrittenCheckpoint written, String json)
            throws BadCheckpointException, InsufficientMemoryException, IOException {
        byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        MemoryStorage storage = written.storage().with("n.json", text);
        Precision precision =
                new Precision(1e-4, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.AUTO, null);
        AuditSettings settings = AuditSettings.DEFAULT.withSeed(1).with(precision);
        NetworkDescription description = NetworkDescription.read(storage, "n.json");
        Checkpoint checkpoint = Checkpoints.open(storage, WrittenCheckpoint.LOCATION);
        AuditPlan.Request request = AuditPlan.Request.REPORT_ONLY.using(KernelWords.of(description, checkpoint));
        AuditPlan plan = Audit.plan(checkpoint, settings, request);
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return NetworkAudit.of(description, plan, report, storage);
    }
}
