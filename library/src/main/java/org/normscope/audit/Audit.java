package org.normscope.audit;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.RunRecord;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TaskResult;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightRow;
import org.normscope.kernel.Kernels;
import org.normscope.spectral.Method;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

/** The use case: a checkpoint in, a report out, nothing dropped in silence. */
public final class Audit {
    private final Engine engine;
    private final Kernels kernels;
    private final Progress progress;

    /** Told how an audit advances, by any thread, one call at a time. */
    public interface Progress {
        /** Says nothing. */
        Progress SILENT = (plan, task, outcome) -> {};

        /** A task of the plan is finished. */
        void finished(AuditPlan plan, AuditTask task, Outcome outcome);
    }

    /**
     * @param engine who computes
     * @param kernels the loops that the engine uses
     * @param progress who is told
     */
    public Audit(Engine engine, Kernels kernels, Progress progress) {
        this.engine = engine;
        this.kernels = kernels;
        this.progress = progress;
    }

    /** The plan for a checkpoint; a seed is drawn if the settings have none. */
    public static AuditPlan plan(Checkpoint checkpoint, AuditSettings settings, AuditPlan.Request request) {
        return AuditPlan.of(checkpoint, seeded(settings), request);
    }

    /** The settings with a fresh seed, if they have none. */
    public static AuditSettings seeded(AuditSettings settings) {
        return settings.seed() == null ? settings.withSeed(freshSeed()) : settings;
    }

    private static long freshSeed() {
        return new SecureRandom().nextLong() & AuditSettings.LARGEST_SEED;
    }

    /**
     * Carries out a plan.
     *
     * @param headerBytes bytes read before, for the report's account
     * @param extras given what the plan asks for beside the report
     * @throws InsufficientMemoryException before anything is computed, if a Gram matrix doesn't fit
     * @throws IOException if the engine fails as a whole
     */
    public AuditReport run(AuditPlan plan, long headerBytes, Extras extras)
            throws InsufficientMemoryException, IOException {
        requireMemory(plan);
        Instant started = Instant.now();
        long start = System.nanoTime();
        Gathering found = new Gathering(plan, extras);
        engine.run(plan, found);
        double wall = (System.nanoTime() - start) * 1e-9;
        RunRecord run = new RunRecord(started, wall, headerBytes + found.bytesRead, environment(), found.seconds);
        return report(plan, found.outcomes, run);
    }

    /** Keeps what becomes of the report, and passes on the rest. */
    private final class Gathering implements Engine.Listener {
        private final AuditPlan plan;
        private final Extras extras;
        private final Map<Integer, Outcome> outcomes = new HashMap<>();
        private final Map<String, Double> seconds = new TreeMap<>();
        private long bytesRead;

        Gathering(AuditPlan plan, Extras extras) {
            this.plan = plan;
            this.extras = extras;
        }

        @Override
        public void finished(TaskResult result) {
            AuditTask task = result.task();
            Outcome outcome = result.outcome();
            outcomes.put(task.index(), withoutVectors(outcome));
            bytesRead += result.bytesRead();
            if (task.weight() != null) {
                seconds.merge(task.weight().name(), result.seconds(), Double::sum);
                if (outcome.vectors() != null) {
                    extras.vectors(task.weight(), outcome.vectors());
                }
            }
            progress.finished(plan, task, outcome);
        }

        @Override
        public void rowNorms(RowNorms rows) {
            extras.rowNorms(rows);
        }

        private static Outcome withoutVectors(Outcome outcome) {
            return new Outcome(outcome.status(), outcome.reason(), outcome.statistics(), outcome.norm(), null);
        }
    }

    private void requireMemory(AuditPlan plan) throws InsufficientMemoryException {
        for (AuditTask task : plan.tasks()) {
            long needed = plan.workMemory(task) - plan.searchMemory(task);
            boolean gram = plan.method(task) == Method.GRAM;
            if (gram && (needed > engine.weightMemory() || task.shape().shortSide() > 46_340)) {
                throw new InsufficientMemoryException(String.format(
                        Locale.ROOT,
                        "%s: the Gram matrix of order %d needs %d MB, a task has %d MB; give it more memory,"
                                + " or use --certify probabilistic --method krylov",
                        task.tensor().name(),
                        task.shape().shortSide(),
                        needed >> 20,
                        engine.weightMemory() >> 20));
            }
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>(engine.environment());
        environment.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("arch", System.getProperty("os.arch"));
        return environment;
    }

    private AuditReport report(AuditPlan plan, Map<Integer, Outcome> outcomes, RunRecord run) {
        Checkpoint checkpoint = plan.checkpoint();
        List<TensorRow> tensors = new ArrayList<>();
        for (int i = 0; i < checkpoint.tensors().size(); i++) {
            Outcome outcome = outcome(plan, outcomes, i);
            TensorRow.Place place = TensorRow.Place.of(plan.map(), i);
            tensors.add(tensorRow(checkpoint.tensors().get(i), place, outcome));
        }
        List<WeightRow> weights = new ArrayList<>();
        for (int i = 0; i < plan.weights().size(); i++) {
            EffectiveWeight weight = plan.weights().get(i);
            String reason = plan.skipped().weights().get(i);
            Outcome outcome = reason == null ? ofWeight(plan, outcomes, i) : Outcome.skipped(reason, null);
            weights.add(weightRow(weight, outcome));
        }
        AuditReport.Kernel kernel = new AuditReport.Kernel(kernels.name(), kernels.lanes());
        return new AuditReport(checkpoint, plan.settings(), kernel, tensors, weights, run);
    }

    private static Outcome outcome(AuditPlan plan, Map<Integer, Outcome> outcomes, int index) {
        String reason = plan.skipped().tensors().get(index);
        if (reason != null) {
            return Outcome.skipped(reason, null);
        }
        Outcome outcome = outcomes.get(index);
        int first = plan.map().first(index);
        if (outcome == null && first != index) {
            return outcome(plan, outcomes, first);
        }
        return outcome == null ? Outcome.failed("the engine gave no result") : outcome;
    }

    private static Outcome ofWeight(AuditPlan plan, Map<Integer, Outcome> outcomes, int index) {
        EffectiveWeight weight = plan.weights().get(index);
        if (weight.isStored()) {
            return outcome(plan, outcomes, plan.map().source(weight));
        }
        Outcome outcome = outcomes.get(plan.checkpoint().tensors().size() + index);
        return outcome == null ? Outcome.failed("the engine gave no result") : outcome;
    }

    private static TensorRow tensorRow(StoredTensor tensor, TensorRow.Place place, Outcome outcome) {
        @Nullable String reason = outcome.status() == Status.ANALYZED ? null : outcome.reason();
        return new TensorRow(tensor, place, outcome.status(), reason, outcome.statistics());
    }

    private static WeightRow weightRow(EffectiveWeight weight, Outcome outcome) {
        return new WeightRow(weight, outcome.status(), outcome.reason(), outcome.norm(), outcome.statistics());
    }
}
