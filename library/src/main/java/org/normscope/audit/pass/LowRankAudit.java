package org.normscope.audit.pass;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.effective.StoredValues;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditPlan.Extra;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.RowNorms;
import org.normscope.audit.result.SingularVectors;
import org.normscope.audit.result.WeightNorm;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.linalg.Matrix;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.SumOfSquares;
import org.normscope.weights.Recipe;

/** The audit of the product {@code B A} of a low-rank adapter by its {@link LowRankProduct core}, as small as the rank. */
final class LowRankAudit {
    private final AuditTask task;
    private final AuditSettings settings;
    private final Kernels kernels;
    private final AuditPlan.Request request;
    private final Consumer<RowNorms> rows;

    LowRankAudit(
            AuditTask task,
            AuditSettings settings,
            Kernels kernels,
            AuditPlan.Request request,
            Consumer<RowNorms> rows) {
        this.task = task;
        this.settings = settings;
        this.kernels = kernels;
        this.request = request;
        this.rows = rows;
    }

    Outcome outcome(Recipe.Lora recipe, Storage storage) throws IOException {
        StoredValues values = new StoredValues(storage, task.files());
        LowRankProduct product = LowRankProduct.of(recipe, values.all(recipe.a()), values.all(recipe.b()));
        if (!product.isFinite()) {
            return Outcome.skipped("NaN or infinite entries in a factor", null);
        }
        Outcome core = audit(product.core());
        double[] norms = product.rowNorms();
        Outcome found = about(core, product, norms);
        if (found.norm() != null && request.wants(Extra.ROW_NORMS)) {
            rows.accept(new RowNorms(task, 0, norms));
        }
        return found;
    }

    /** The audit of the core, which the task's tensor describes. */
    private Outcome audit(Matrix core) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(core.values().length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        boolean tall = core.rows() >= core.cols();
        for (double value : (tall ? core.transpose() : core).values()) {
            bytes.putDouble(value);
        }
        int lines = Math.max(core.rows(), core.cols());
        Slab slab = new Slab(bytes.array(), DType.F64, lines, Math.min(core.rows(), core.cols()));
        Set<Extra> wanted = request.wants(Extra.VECTORS) ? Set.of(Extra.VECTORS) : Set.of();
        WeightDialogue dialogue = new WeightDialogue(task, settings, new AuditPlan.Request(wanted));
        Optional<SlabWork> work = dialogue.next();
        while (work.isPresent()) {
            dialogue.answer(work.get().of(task.shape(), slab, kernels));
            work = dialogue.next();
        }
        return dialogue.outcome();
    }

    /** What was found of the core, said of B A. */
    private static Outcome about(Outcome core, LowRankProduct product, double[] rows) {
        MatrixStatistics found = core.statistics();
        WeightNorm norm = core.norm();
        if (found == null || norm == null) {
            return core;
        }
        int exponent = product.exponent();
        Interval sigma = widened(norm.sigma(), product.margin());
        double highest = sigma.upper().map(upper -> upper.value()).orElse(sigma.estimate());
        MatrixStatistics statistics = statistics(found, exponent, rows);
        if (Double.isInfinite(Math.scalb(highest, exponent))
                || Double.isInfinite(statistics.squares().norm())) {
            return Outcome.skipped("the norm of the product exceeds the largest double, 1.8e308", null);
        }
        List<Double> values = norm.singularValues().stream()
                .map(value -> Math.scalb(value, exponent))
                .toList();
        WeightNorm scaled = new WeightNorm(sigma.scaled(exponent), norm.method(), norm.passes(), values);
        return new Outcome(core.status(), core.reason(), statistics, scaled, vectors(core, product));
    }

    /** The core's interval, with room for the rounding of the core itself; such a bound is no longer exact. */
    private static Interval widened(Interval core, double margin) {
        Interval sigma = core.widened(margin);
        return sigma.certificate() == Certificate.EXACT && margin > 0
                ? new Interval(sigma.lower(), sigma.ceiling(), sigma.estimate(), Certificate.ENERGY, 0)
                : sigma;
    }

    private static MatrixStatistics statistics(MatrixStatistics core, int exponent, double[] rows) {
        SumOfSquares squares = core.squares();
        return new MatrixStatistics(
                0,
                0,
                Arrays.stream(rows).filter(row -> row == 0).count(),
                Math.scalb(core.maxAbs(), exponent),
                new SumOfSquares(squares.high(), squares.low(), squares.exponent() + exponent),
                new MatrixStatistics.Range(
                        Arrays.stream(rows).min().orElse(0),
                        Arrays.stream(rows).max().orElse(0),
                        Arrays.stream(rows).sum() / Math.max(1, rows.length)));
    }

    private static @Nullable SingularVectors vectors(Outcome core, LowRankProduct product) {
        return core.vectors() == null ? null : product.vectors(core.vectors());
    }
}
