package org.normscope.audit.pass;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.WeightNorm;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.kernel.Slab;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;
import org.normscope.weightnorm.MatrixStatistics;
import org.normscope.weights.Recipe;

/**
 * The product {@code B A} of a low-rank adapter without forming it: with {@code B = Q_B R_B} and {@code Aᵀ = Q_A R_A} its singular values are
 * those of {@code C = R_B R_Aᵀ}, of the order of the rank. Householder's factors belong to matrices that differ from the stored ones by a few
 * roundings of their Frobenius norms (Higham, Accuracy and Stability of Numerical Algorithms, theorem 19.4), which go into the interval.
 */
final class LowRankAudit {
    /** Constant of that theorem, chosen generously. */
    private static final double HOUSEHOLDER = 8;

    private static final long LARGEST_FACTOR = 1L << 27;

    private final AuditTask task;
    private final AuditSettings settings;
    private final Kernels kernels;
    private final StoredValues values;

    LowRankAudit(AuditTask task, AuditSettings settings, Kernels kernels, Storage storage) {
        this.task = task;
        this.settings = settings;
        this.kernels = kernels;
        this.values = new StoredValues(storage, task.files());
    }

    Outcome outcome(Recipe.Lora recipe) throws IOException {
        if (Math.max(recipe.a().shape().elements(), recipe.b().shape().elements()) > LARGEST_FACTOR) {
            return Outcome.skipped("a factor of more than " + LARGEST_FACTOR + " entries", null);
        }
        int rank = Math.toIntExact(recipe.a().shape().rows());
        // Row-major is column-major of the transpose.
        Matrix across = new Matrix(Math.toIntExact(recipe.a().shape().columns()), rank, values.all(recipe.a()));
        Matrix down = new Matrix(rank, Math.toIntExact(recipe.b().shape().rows()), values.all(recipe.b())).transpose();
        if (!isFinite(across) || !isFinite(down)) {
            return Outcome.skipped("NaN or infinite entries in a factor", null);
        }
        Matrix ra = Decompositions.upperFactor(across);
        Matrix core = product(Decompositions.upperFactor(down), ra);
        Outcome found = audit(core);
        double norms = frobenius(across) * frobenius(down);
        double roundings = HOUSEHOLDER * ((double) across.values().length + down.values().length) + 4.0 * rank;
        return about(found, norms * roundings * 0x1p-53, rows(down, ra));
    }

    private static boolean isFinite(Matrix matrix) {
        return Arrays.stream(matrix.values()).allMatch(Double::isFinite);
    }

    private static double frobenius(Matrix matrix) {
        return Math.sqrt(Arrays.stream(matrix.values()).map(x -> x * x).sum());
    }

    /** {@code L Rᵀ}. */
    private static Matrix product(Matrix left, Matrix right) {
        Matrix product = Matrix.zeros(left.rows(), right.rows());
        for (int i = 0; i < left.rows(); i++) {
            for (int j = 0; j < right.rows(); j++) {
                double sum = 0;
                for (int k = 0; k < left.cols(); k++) {
                    sum += left.get(i, k) * right.get(j, k);
                }
                product.set(i, j, sum);
            }
        }
        return product;
    }

    /** The audit of C, which the task's tensor describes. */
    private Outcome audit(Matrix core) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(core.values().length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        boolean tall = core.rows() >= core.cols();
        for (double value : (tall ? core.transpose() : core).values()) {
            bytes.putDouble(value);
        }
        int lines = Math.max(core.rows(), core.cols());
        Slab slab = new Slab(bytes.array(), DType.F64, lines, Math.min(core.rows(), core.cols()));
        WeightDialogue dialogue = new WeightDialogue(task, settings, AuditPlan.Request.REPORT_ONLY);
        Optional<SlabWork> work = dialogue.next();
        while (work.isPresent()) {
            dialogue.answer(work.get().of(task.shape(), slab, kernels));
            work = dialogue.next();
        }
        return dialogue.outcome();
    }

    /** Euclidean norms of the rows of B A: those of {@code B R_Aᵀ}. */
    private static double[] rows(Matrix down, Matrix ra) {
        double[] norms = new double[down.rows()];
        for (int i = 0; i < norms.length; i++) {
            double squares = 0;
            for (int j = 0; j < ra.rows(); j++) {
                double sum = 0;
                for (int k = 0; k < down.cols(); k++) {
                    sum += down.get(i, k) * ra.get(j, k);
                }
                squares += sum * sum;
            }
            norms[i] = Math.sqrt(squares);
        }
        return norms;
    }

    /** What was found of C, said of B A. */
    private static Outcome about(Outcome core, double margin, double[] rows) {
        MatrixStatistics found = core.statistics();
        WeightNorm norm = core.norm();
        if (found == null || norm == null) {
            return core;
        }
        double min = Arrays.stream(rows).min().orElse(0);
        double max = Arrays.stream(rows).max().orElse(0);
        double mean = Arrays.stream(rows).sum() / Math.max(1, rows.length);
        long zeros = Arrays.stream(rows).filter(row -> row == 0).count();
        MatrixStatistics statistics = new MatrixStatistics(
                0, 0, zeros, found.maxAbs(), found.squares(), new MatrixStatistics.Range(min, max, mean));
        Interval sigma = norm.sigma().widened(margin);
        if (sigma.certificate() == Certificate.EXACT && margin > 0) {
            sigma = new Interval(sigma.lower(), sigma.ceiling(), sigma.estimate(), Certificate.ENERGY, 0);
        }
        WeightNorm product = new WeightNorm(sigma, norm.method(), norm.passes(), norm.singularValues());
        return new Outcome(core.status(), core.reason(), statistics, product, null);
    }
}
