package org.normscope.audit.pass;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.pass.SlabWork.Kind;
import org.normscope.audit.pass.SlabWork.Statistics;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.SigmaUsed;
import org.normscope.audit.plan.Striping;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.SingularVectors;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightNorm;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.linalg.Matrix;
import org.normscope.spectral.Answer;
import org.normscope.spectral.Ask;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithm;
import org.normscope.spectral.NormAlgorithms;
import org.normscope.spectral.NormProblem;
import org.normscope.spectral.RandomStart;
import org.normscope.spectral.SpectralNorm;
import org.normscope.spectral.StartBlock;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.SumOfSquares;

/**
 * The audit of one tensor as a dialogue: it asks for passes over the matrix, somebody else computes them. Statistics come first, then
 * the algorithm's products, last the other side's singular vectors if they are wanted.
 */
final class WeightDialogue {
    /** Entries within 2^±200 can be multiplied and squared twice without loss. */
    private static final int SAFE_EXPONENT = 200;
    /** Passes without a limit of the user's: far more than any tolerance takes. */
    private static final int MOST_PASSES = 400;

    private static final long LARGEST_VECTORS = 1L << 27;

    private final AuditTask task;
    private final AuditSettings settings;
    private final AuditPlan.Request request;
    private @Nullable NormAlgorithm algorithm;
    private @Nullable MatrixStatistics statistics;
    private @Nullable Outcome withoutVectors;
    private @Nullable Outcome outcome;
    private @Nullable Matrix shortVectors;
    private int exponent;

    /**
     * Begins.
     *
     * @param task a tensor with entries
     * @param settings with a seed
     * @param request what is wanted beside the report
     */
    WeightDialogue(AuditTask task, AuditSettings settings, AuditPlan.Request request) {
        this(task, settings, request, Matrix.zeros(0, 0));
    }

    /** The same from given vectors of the short side, m x k; without any if the norm needs no iteration. */
    WeightDialogue(AuditTask task, AuditSettings settings, AuditPlan.Request request, Matrix start) {
        this.task = task;
        this.settings = settings;
        this.request = request;
        if (task.weight() != null && task.shape().shortSide() > 1) {
            algorithm = NormAlgorithms.create(settings.method(task.shape()), problem(start));
        }
    }

    /** What is to be computed over all slabs; nothing once the outcome is there. The same until answered. */
    Optional<SlabWork> next() {
        if (outcome != null) {
            return Optional.empty();
        }
        if (shortVectors != null) {
            return Optional.of(SlabWork.with(Kind.PROJECT, shortVectors, exponent, Statistics.KNOWN));
        }
        Statistics wanted = wantedStatistics();
        if (algorithm == null) {
            return Optional.of(SlabWork.scan(wanted));
        }
        Ask ask = algorithm.next();
        if (ask instanceof Ask.Multiply multiply) {
            return Optional.of(SlabWork.with(Kind.MULTIPLY, multiply.x(), exponent, wanted));
        }
        return Optional.of(SlabWork.gram(exponent, wanted));
    }

    private Statistics wantedStatistics() {
        if (statistics != null) {
            return Statistics.KNOWN;
        }
        boolean rows = task.weight() != null && request.wants(AuditPlan.Extra.ROW_NORMS);
        return rows ? Statistics.TAKEN_WITH_ROWS : Statistics.TAKEN;
    }

    /** Whether the outcome is there. */
    boolean isFinished() {
        return outcome != null;
    }

    /** What became of the task; only once {@link #next} asks for nothing more. */
    Outcome outcome() {
        if (outcome == null) {
            throw new IllegalStateException("not finished");
        }
        return outcome;
    }

    /** Gives what {@link #next} asked for, put together over all slabs. */
    void answer(SlabShare pass) {
        if (shortVectors != null) {
            outcome = withVectors(pass.product());
        } else if (statistics == null) {
            first(pass);
        } else {
            advance(pass);
        }
    }

    private void first(SlabShare pass) {
        statistics = requireNonNull(pass.statistics()).result();
        if (!statistics.isFinite()) {
            outcome = nonFinite(statistics);
            return;
        }
        if (task.weight() == null) {
            outcome = Outcome.counted(statistics);
            return;
        }
        exponent = exponentToRemove(statistics.maxAbs());
        if (algorithm == null || statistics.maxAbs() == 0) {
            finish(direct(statistics), new Matrix(1, 1, new double[] {1}));
        } else if (exponent == 0) {
            advance(pass);
        }
    }

    private void advance(SlabShare pass) {
        NormAlgorithm running = requireNonNull(algorithm);
        running.answer(answerOf(pass));
        if (running.next() instanceof Ask.Finished finished) {
            finish(result(finished.norm()), finished.norm().vectors());
        }
    }

    private Answer answerOf(SlabShare pass) {
        int m = Math.toIntExact(task.shape().shortSide());
        if (pass.squaredNorms().length == 0) {
            // The kernels fill the upper triangle row by row, which is the lower one column by column.
            return new Answer.Gram(new Matrix(m, m, pass.product()), frobenius());
        }
        Matrix y = new Matrix(pass.squaredNorms().length, m, pass.product()).transpose();
        return new Answer.Product(y, pass.squaredNorms(), frobenius());
    }

    /** An upper bound on the Frobenius norm of the scaled matrix. */
    private double frobenius() {
        SumOfSquares squares = requireNonNull(statistics).squares();
        double norm = Math.sqrt(squares.high() + squares.low());
        return Math.scalb(norm, squares.exponent() - exponent) * (1 + SumOfSquares.RELATIVE_ERROR);
    }

    /** Done, or done but for the vectors of the other side. */
    private void finish(Outcome found, Matrix vectors) {
        Outcome result = KernelNorm.fromReshaped(task, settings, found);
        boolean wanted = request.wants(AuditPlan.Extra.VECTORS)
                && result.norm() != null
                && result.norm().sigma().estimate() > 0
                && task.shape().longSide() * vectors.cols() <= LARGEST_VECTORS;
        if (wanted) {
            withoutVectors = result;
            shortVectors = vectors;
        } else {
            outcome = result;
        }
    }

    /** The outcome of a tensor without entries: nothing is read. */
    static Outcome empty(AuditTask task) {
        MatrixStatistics statistics = MatrixStatistics.empty(task.shape());
        if (task.weight() == null) {
            return Outcome.counted(statistics);
        }
        Interval zero = Interval.around(0, 0, 0, Certificate.EXACT, 0);
        WeightNorm norm = new WeightNorm(zero, Method.DIRECT, 0, List.of());
        return new Outcome(Status.ANALYZED, "the matrix has no entries", statistics, norm, null);
    }

    private static Outcome nonFinite(MatrixStatistics statistics) {
        return Outcome.skipped(statistics.nan() + " NaN and " + statistics.inf() + " infinite entries", statistics);
    }

    private NormProblem problem(Matrix given) {
        Precision precision = settings.precision();
        Integer iterations = precision.iterations();
        NormProblem.Goal goal = new NormProblem.Goal(
                precision.tolerance(),
                precision.failureProbability(),
                NormAlgorithms.blockSize(settings.top()),
                iterations == null ? MOST_PASSES : iterations,
                settings.top());
        StartBlock start = StartBlock.from(new RandomStart(seed(), task.tensor().name(), task.batchIndex()), given);
        int m = Math.toIntExact(task.shape().shortSide());
        boolean exactProducts = task.hasShortEntries();
        return new NormProblem(m, Striping.of(task, settings).summationDepth(), exactProducts, goal, start);
    }

    private long seed() {
        Long seed = settings.seed();
        if (seed == null) {
            throw new IllegalStateException("the seed is drawn before the first weight");
        }
        return seed;
    }

    private static int exponentToRemove(double maxAbs) {
        int found = Math.getExponent(maxAbs);
        return maxAbs == 0 || Math.abs(found) <= SAFE_EXPONENT ? 0 : found;
    }

    /** One row or column, or all zeros: sigma is the Frobenius norm. */
    private Outcome direct(MatrixStatistics found) {
        boolean single = task.tensor().shape().elements() == 1 || found.maxAbs() == 0;
        double sigma = single ? found.maxAbs() : found.frobenius();
        double error = scalingMargin(task, found) + (single ? 0 : SumOfSquares.RELATIVE_ERROR * sigma);
        boolean exact = single && task.made() == null;
        double upper = exact ? sigma : Math.nextUp(sigma + error);
        double lower = exact ? sigma : Math.max(0, Math.nextDown(sigma - error));
        if (Double.isInfinite(upper)) {
            return tooLarge(found);
        }
        Interval interval = Interval.around(lower, sigma, upper, Certificate.EXACT, 0);
        WeightNorm result = new WeightNorm(interval, Method.DIRECT, 1, List.of(sigma), sigmaUsed(), null);
        return new Outcome(Status.ANALYZED, null, found, result, null);
    }

    private @Nullable SigmaUsed sigmaUsed() {
        return task.made() == null ? null : task.made().sigmaUsed();
    }

    private static Outcome tooLarge(MatrixStatistics found) {
        return Outcome.skipped("its spectral or its Frobenius norm exceeds the largest double, 1.8e308", found);
    }

    private Outcome result(SpectralNorm norm) {
        MatrixStatistics found = requireNonNull(statistics);
        double highest =
                norm.sigma().upper().map(UpperBound::value).orElse(norm.sigma().estimate());
        if (Double.isInfinite(Math.scalb(highest, exponent)) || Double.isInfinite(found.frobenius())) {
            return tooLarge(found);
        }
        Interval sigma = norm.sigma().scaled(exponent).widened(scalingMargin(task, found));
        List<Double> values = new ArrayList<>();
        for (double value : norm.singularValues()) {
            values.add(Math.scalb(value, exponent));
        }
        WeightNorm result = new WeightNorm(sigma, norm.method(), norm.passes(), values, sigmaUsed(), null);
        return new Outcome(Status.ANALYZED, remark(norm), found, result, null);
    }

    /**
     * How far factors with an error may move the norm: they move every entry, and so the norm by at most as much of the Frobenius
     * norm; and entries that become subnormal by half of the smallest number each.
     */
    static double scalingMargin(AuditTask task, MatrixStatistics found) {
        if (task.made() == null) {
            return 0;
        }
        double relative = task.scalingError() * found.frobenius() * (1 + SumOfSquares.RELATIVE_ERROR);
        return relative + Math.sqrt(task.tensor().shape().elements()) * Double.MIN_VALUE;
    }

    private static @Nullable String remark(SpectralNorm norm) {
        return switch (norm.stop()) {
            case CERTIFIED -> null;
            case RESIDUAL ->
                norm.method() == Method.POWER
                        ? "power iteration bounds from below only"
                        : "without a random start vector only the energy outside bounds from above";
            case ITERATION_LIMIT -> "stopped after " + norm.passes() + " passes, before the tolerance was certified";
            case ROUNDING_LIMIT -> "rounding keeps the certified gap above the tolerance";
        };
    }

    private Outcome withVectors(double[] projection) {
        Outcome known = requireNonNull(withoutVectors);
        SingularVectors vectors = BothSides.of(task.shape(), requireNonNull(shortVectors), projection);
        return new Outcome(known.status(), known.reason(), known.statistics(), known.norm(), vectors);
    }
}
