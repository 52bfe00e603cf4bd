package org.normscope.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.linalg.Matrix;
import org.normscope.matrix.MatrixShape;
import org.normscope.matrix.SlabGrid;
import org.normscope.spectral.Ask;
import org.normscope.spectral.Method;
import org.normscope.spectral.NormAlgorithm;
import org.normscope.spectral.NormAlgorithms;
import org.normscope.spectral.NormProblem;
import org.normscope.spectral.RandomStart;
import org.normscope.spectral.SpectralNorm;
import org.normscope.tensor.DType;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weightnorm.SumOfSquares;

/** The audit of one tensor, whoever multiplies: statistics, degenerate cases, scaling, and the algorithm's dialogue. */
public final class WeightAudit {
    /** Entries within 2^±200 can be multiplied and squared twice without loss. */
    private static final int SAFE_EXPONENT = 200;
    /** Passes without a limit of the user's: far more than any tolerance takes. */
    private static final int MOST_PASSES = 400;

    private static final long LARGEST_VECTORS = 1L << 27;

    private final AuditTask task;
    private final AuditSettings settings;
    private final Products products;

    /**
     * @param settings with a seed
     * @param products multiplies by the task's matrix
     */
    public WeightAudit(AuditTask task, AuditSettings settings, Products products) {
        this.task = task;
        this.settings = settings;
        this.products = products;
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

    /**
     * Runs to the end.
     *
     * @param withVectors whether leading singular vectors are wanted
     * @throws IOException if the storage fails
     */
    public Outcome run(boolean withVectors) throws IOException {
        if (task.weight() == null) {
            MatrixStatistics statistics = products.scan();
            return statistics.isFinite() ? Outcome.counted(statistics) : nonFinite(statistics);
        }
        if (task.shape().shortSide() == 1) {
            MatrixStatistics statistics = products.scan();
            return statistics.isFinite() ? direct(statistics, withVectors) : nonFinite(statistics);
        }
        return iterate(withVectors);
    }

    private static Outcome nonFinite(MatrixStatistics statistics) {
        return Outcome.skipped(statistics.nan() + " NaN and " + statistics.inf() + " infinite entries", statistics);
    }

    private Outcome iterate(boolean withVectors) throws IOException {
        Method method = method(settings, task.shape());
        NormAlgorithm algorithm = NormAlgorithms.create(method, problem());
        int exponent = 0;
        boolean first = true;
        while (!(algorithm.next() instanceof Ask.Finished)) {
            var answer = products.answer(algorithm.next());
            MatrixStatistics statistics = products.statistics();
            if (first) {
                first = false;
                if (!statistics.isFinite()) {
                    return nonFinite(statistics);
                }
                if (statistics.maxAbs() == 0) {
                    return direct(statistics, withVectors);
                }
                exponent = exponentToRemove(statistics.maxAbs());
                if (exponent != 0) {
                    products.scaleDown(exponent);
                    continue;
                }
            }
            algorithm.answer(answer);
        }
        return finished(((Ask.Finished) algorithm.next()).norm(), exponent, withVectors);
    }

    /** The way a weight of this shape is computed; depends on nothing else. */
    static Method method(AuditSettings settings, MatrixShape shape) {
        int m = Math.toIntExact(shape.shortSide());
        int block = NormAlgorithms.blockSize(settings.top());
        Precision precision = settings.precision();
        if (shape.shortSide() <= 1) {
            return Method.DIRECT;
        }
        if (precision.certify() == Precision.Certify.RIGOROUS) {
            return Method.GRAM;
        }
        return switch (precision.method()) {
            case GRAM -> Method.GRAM;
            case POWER -> Method.POWER;
            case KRYLOV -> m < 4 * block ? Method.GRAM : Method.KRYLOV;
            case AUTO -> NormAlgorithms.cheapest(shape.longSide(), m, block, precision.tolerance());
        };
    }

    private NormProblem problem() {
        SlabGrid grid = SlabGrid.of(task.shape(), task.tensor().dtype().bytes(), settings.blockBytes());
        Precision precision = settings.precision();
        Integer iterations = precision.iterations();
        NormProblem.Goal goal = new NormProblem.Goal(
                precision.tolerance(),
                precision.failureProbability(),
                NormAlgorithms.blockSize(settings.top()),
                iterations == null ? MOST_PASSES : iterations,
                settings.top());
        RandomStart start = new RandomStart(seed(), task.tensor().name(), 0);
        int m = Math.toIntExact(task.shape().shortSide());
        boolean exactProducts = task.tensor().dtype() != DType.F64;
        return new NormProblem(m, grid.summationDepth(), exactProducts, goal, start);
    }

    private long seed() {
        Long seed = settings.seed();
        if (seed == null) {
            throw new IllegalStateException("the seed is drawn before the first weight");
        }
        return seed;
    }

    private static int exponentToRemove(double maxAbs) {
        int exponent = Math.getExponent(maxAbs);
        return Math.abs(exponent) <= SAFE_EXPONENT ? 0 : exponent;
    }

    /** One row or column, or all zeros: sigma is the Frobenius norm. */
    private Outcome direct(MatrixStatistics statistics, boolean withVectors) throws IOException {
        double norm = statistics.frobenius();
        if (Double.isInfinite(norm)) {
            return tooLarge(statistics);
        }
        boolean single = task.tensor().shape().elements() == 1 || norm == 0;
        double sigma = single ? statistics.maxAbs() : norm;
        double error = single ? 0 : SumOfSquares.RELATIVE_ERROR;
        double upper = single ? sigma : Math.nextUp(sigma * (1 + error));
        double lower = single ? sigma : Math.max(0, Math.nextDown(sigma * (1 - error)));
        if (Double.isInfinite(upper)) {
            return tooLarge(statistics);
        }
        Interval interval = Interval.around(lower, sigma, upper, Certificate.EXACT, 0);
        WeightNorm result = new WeightNorm(interval, Method.DIRECT, 1, List.of(sigma));
        SingularVectors vectors = withVectors && norm > 0 ? vectors(unit(), new double[] {1}) : null;
        return new Outcome(Status.ANALYZED, null, statistics, result, vectors);
    }

    private static Matrix unit() {
        return new Matrix(1, 1, new double[] {1});
    }

    private static Outcome tooLarge(MatrixStatistics statistics) {
        return Outcome.skipped("the spectral norm exceeds the largest double, 1.8e308", statistics);
    }

    private Outcome finished(SpectralNorm norm, int exponent, boolean withVectors) throws IOException {
        MatrixStatistics statistics = products.statistics();
        double highest = norm.sigma()
                .upper()
                .map(upper -> upper.value())
                .orElse(norm.sigma().estimate());
        if (Double.isInfinite(Math.scalb(highest, exponent)) || Double.isInfinite(statistics.frobenius())) {
            return tooLarge(statistics);
        }
        List<Double> values = new ArrayList<>();
        for (double value : norm.singularValues()) {
            values.add(Math.scalb(value, exponent));
        }
        WeightNorm result = new WeightNorm(norm.sigma().scaled(exponent), norm.method(), norm.passes(), values);
        SingularVectors vectors = withVectors ? vectors(norm.vectors(), norm.singularValues()) : null;
        return new Outcome(Status.ANALYZED, remark(norm), statistics, result, vectors);
    }

    private @Nullable String remark(SpectralNorm norm) {
        return switch (norm.stop()) {
            case CERTIFIED -> null;
            case RESIDUAL -> "power iteration bounds from below only";
            case ITERATION_LIMIT -> "stopped after " + norm.passes() + " passes, before the tolerance was certified";
            case ROUNDING_LIMIT -> "rounding keeps the certified gap above the tolerance";
        };
    }

    /** Both sides' vectors from the short side's: {@code W x / sigma}. */
    private @Nullable SingularVectors vectors(Matrix shortSide, double[] sigmas) throws IOException {
        if (task.shape().longSide() * shortSide.cols() > LARGEST_VECTORS) {
            return null;
        }
        Matrix longSide = products.project(shortSide);
        for (int k = 0; k < longSide.cols(); k++) {
            normalize(longSide, k, sigmas[k]);
        }
        boolean tall = task.shape().isTall();
        return new SingularVectors(
                shortSide.cols(),
                tall ? longSide.values() : shortSide.values(),
                tall ? shortSide.values() : longSide.values());
    }

    private static void normalize(Matrix matrix, int column, double sigma) {
        double sum = 0;
        int from = column * matrix.rows();
        for (int i = from; i < from + matrix.rows(); i++) {
            sum += matrix.values()[i] * matrix.values()[i];
        }
        double length = Math.sqrt(sum);
        for (int i = from; i < from + matrix.rows() && sigma > 0 && length > 0; i++) {
            matrix.values()[i] /= length;
        }
    }
}
