package org.normscope.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightNorm;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.job.spark.SparkEngineFactory;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/**
 * Striped matrices on Spark {@code local[2]} against the local engine with two threads and everything in memory: wall time per
 * pass, of both engines in turn, and their ratio. Both answers must be the same bits. Needs 16 GB of heap at full size.
 */
public final class StripedBenchmark {
    private static final int ROUNDS = 3;

    private StripedBenchmark() {}

    /** A matrix, and the passes over it that are timed; one if it is tall enough for its Gram matrix. */
    private record Case(String name, DType dtype, Shape shape, int passes) {
        AuditSettings settings() {
            Precision precision =
                    new Precision(1e-8, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.AUTO, passes);
            return new AuditSettings(precision, Selection.ALL, AuditSettings.DEFAULT.blockBytes(), 1, 1L);
        }
    }

    /**
     * Writes both matrices in turn into a folder, audits them, takes them away again.
     *
     * @param args the folder, and by how much the long sides are divided, 1 for full size
     * @throws Exception if an engine fails
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int divisor = args.length > 1 ? Integer.parseInt(args[1]) : 1;
        run(new Case("head", DType.BF16, Shape.of(65_536 / divisor, 16_384), 12), folder);
        run(new Case("table", DType.F32, Shape.of(20_000_000 / divisor, 64), 12), folder);
    }

    private static void run(Case one, Path folder) throws Exception {
        Path file = RandomCheckpoint.write(folder.resolve(one.name() + ".safetensors"), one.dtype(), one.shape());
        try {
            for (int round = 1; round <= ROUNDS; round++) {
                AuditReport local = audit(EngineFactory.LOCAL, one, file);
                AuditReport spark = audit(new SparkEngineFactory("local[2]"), one, file);
                WeightNorm norm = norm(local);
                if (!norm.equals(norm(spark))) {
                    throw new IllegalStateException(norm + " is not " + norm(spark));
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s %s %s, %.2f GB, %s, %d passes: local %.3f s a pass, Spark %.3f s a pass, ratio %.3f%n",
                        one.name(),
                        one.dtype(),
                        one.shape(),
                        Files.size(file) * 1e-9,
                        norm.method().word(),
                        norm.passes(),
                        local.run().seconds() / norm.passes(),
                        spark.run().seconds() / norm.passes(),
                        spark.run().seconds() / local.run().seconds());
            }
        } finally {
            Files.delete(file);
        }
    }

    private static WeightNorm norm(AuditReport report) {
        WeightNorm norm = report.weights().get(0).norm();
        if (norm == null) {
            throw new IllegalStateException(
                    "not audited: " + report.weights().get(0).reason());
        }
        return norm;
    }

    private static AuditReport audit(EngineFactory engines, Case one, Path file) throws Exception {
        System.gc();
        AuditPlan plan = Audit.plan(
                Checkpoints.open(new LocalStorage(), file.toString()), one.settings(), AuditPlan.Request.REPORT_ONLY);
        if (!plan.isStriped(plan.tasks().get(0))) {
            throw new IOException(one.name() + " is too small to be striped");
        }
        try (EngineSession session = engines.open(new LocalStorage(), Kernels.best())) {
            return new Audit(session.engine(), Kernels.best(), Audit.Progress.SILENT)
                    .run(plan, 0, (weight, vectors) -> {});
        }
    }
}
