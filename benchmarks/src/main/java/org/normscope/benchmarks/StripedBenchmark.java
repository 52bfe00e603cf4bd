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
 * Striped matrices on Spark {@code local[2]} against the local engine with two threads and everything in memory, both engines in turn: wall
 * time of a whole audit, per pass, and of the passes over data in memory: what twelve take longer than two. Both answers must be the same bits.
 * Needs 16 GB of heap at full size.
 */
public final class StripedBenchmark {
    private static final int ROUNDS = 3;

    private StripedBenchmark() {}

    /** A matrix, and the passes over it that are timed; one if it is tall enough for its Gram matrix. */
    private record Case(String name, DType dtype, Shape shape, int passes) {
        AuditSettings settings(int passes) {
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
                Times local = times(EngineFactory.LOCAL, one, file);
                Times spark = times(new SparkEngineFactory("local[2]"), one, file);
                if (!local.norm.equals(spark.norm)) {
                    throw new IllegalStateException(local.norm + " is not " + spark.norm);
                }
                System.out.printf(
                        Locale.ROOT,
                        "%s %s %s, %.2f GB, %s, %d passes: with reading local %.3f s a pass, Spark %.3f s a pass, ratio %.3f%s%n",
                        one.name(),
                        one.dtype(),
                        one.shape(),
                        Files.size(file) * 1e-9,
                        local.norm.method().word(),
                        local.norm.passes(),
                        local.whole,
                        spark.whole,
                        spark.whole / local.whole,
                        local.norm.passes() == 1 ? "" : "; in memory " + inMemory(local, spark));
            }
        } finally {
            Files.delete(file);
        }
    }

    /**
     * Wall times of one engine.
     *
     * @param whole seconds per pass of an audit, reading included
     * @param later seconds per pass over data in memory; 0 if one pass is enough
     */
    private record Times(WeightNorm norm, double whole, double later) {}

    private static String inMemory(Times local, Times spark) {
        return String.format(
                Locale.ROOT,
                "local %.3f s a pass, Spark %.3f s a pass, ratio %.3f",
                local.later,
                spark.later,
                spark.later / local.later);
    }

    private static Times times(EngineFactory engines, Case one, Path file) throws Exception {
        AuditReport two = audit(engines, one, 2, file);
        AuditReport all = audit(engines, one, one.passes(), file);
        int more = norm(all).passes() - norm(two).passes();
        double whole = all.run().seconds() / norm(all).passes();
        return new Times(
                norm(all),
                whole,
                more == 0 ? 0 : (all.run().seconds() - two.run().seconds()) / more);
    }

    private static WeightNorm norm(AuditReport report) {
        WeightNorm norm = report.weights().get(0).norm();
        if (norm == null) {
            throw new IllegalStateException(
                    "not audited: " + report.weights().get(0).reason());
        }
        return norm;
    }

    private static AuditReport audit(EngineFactory engines, Case one, int passes, Path file) throws Exception {
        System.gc();
        AuditPlan plan = Audit.plan(
                Checkpoints.open(new LocalStorage(), file.toString()),
                one.settings(passes),
                AuditPlan.Request.REPORT_ONLY);
        if (!plan.isStriped(plan.tasks().get(0))) {
            throw new IOException(one.name() + " is too small to be striped");
        }
        try (EngineSession session = engines.open(new LocalStorage(), Kernels.best())) {
            return new Audit(session.engine(), Kernels.best(), Audit.Progress.SILENT)
                    .run(plan, 0, (weight, vectors) -> {});
        }
    }
}
