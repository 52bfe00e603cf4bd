package org.normscope.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.job.engine.EngineSession;
import org.normscope.job.spark.SparkEngineFactory;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/**
 * What a step costs beside its products when many matrices advance in lockstep: 300 matrices of two stripes each on Spark
 * {@code local[2]}. A step lasts from the start of its job to the start of the next one, the driver's share included; the slowest
 * task is taken off.
 */
public final class LockstepBenchmark {
    private static final int MATRICES = 300;
    private static final int STEPS = 20;
    private static final int BLOCK = 1 << 16;

    private LockstepBenchmark() {}

    /**
     * Writes the matrices into a folder, audits them, takes them away again.
     *
     * @param args the folder
     * @throws Exception if the engine fails
     */
    public static void main(String[] args) throws Exception {
        Path file =
                RandomCheckpoint.write(Path.of(args[0], "many.safetensors"), DType.F32, Shape.of(256, 128), MATRICES);
        try {
            Steps steps = audit(file);
            double mean = steps.overhead();
            System.out.printf(
                    Locale.ROOT,
                    "%d matrices of 2 stripes, mean of %d steps: (step - slowest task) / %d = %.3f ms%n",
                    MATRICES,
                    STEPS,
                    MATRICES,
                    mean / MATRICES);
        } finally {
            Files.delete(file);
        }
    }

    private static Steps audit(Path file) throws Exception {
        // One reading more than steps, for the last step ends where the next one starts.
        Precision precision =
                new Precision(1e-8, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.POWER, STEPS + 1);
        AuditSettings settings = new AuditSettings(precision, Selection.ALL, BLOCK, 1, 1L);
        AuditPlan plan = Audit.plan(
                Checkpoints.open(new LocalStorage(), file.toString()), settings, AuditPlan.Request.REPORT_ONLY);
        Steps steps = new Steps();
        try (EngineSession session = new SparkEngineFactory("local[2]").open(new LocalStorage(), Kernels.best())) {
            SparkContext context = SparkContext.getOrCreate();
            context.addSparkListener(steps);
            new Audit(session.engine(), Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {});
            context.listenerBus().waitUntilEmpty();
        }
        return steps;
    }

    /** When steps begin, and how long their slowest tasks take, in milliseconds. */
    private static final class Steps extends SparkListener {
        private final List<Long> starts = new ArrayList<>();
        private final Map<Integer, Long> slowest = new TreeMap<>();

        @Override
        public synchronized void onJobStart(SparkListenerJobStart job) {
            starts.add(job.time());
        }

        @Override
        public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
            slowest.merge(task.stageId(), task.taskInfo().duration(), Math::max);
        }

        synchronized double overhead() {
            List<Long> tasks = List.copyOf(slowest.values());
            if (starts.size() != STEPS + 1 || tasks.size() != STEPS + 1) {
                throw new IllegalStateException(starts.size() + " jobs, " + tasks.size() + " stages");
            }
            double sum = 0;
            for (int i = 0; i < STEPS; i++) {
                sum += starts.get(i + 1) - starts.get(i) - tasks.get(i);
            }
            return sum / STEPS;
        }
    }
}
