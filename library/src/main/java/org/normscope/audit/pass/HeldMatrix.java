package org.normscope.audit.pass;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.AuditTask;
import org.normscope.audit.plan.Start;
import org.normscope.audit.plan.Striping;
import org.normscope.audit.result.Outcome;
import org.normscope.elements.TensorFiles;
import org.normscope.linalg.Matrix;
import org.normscope.matrix.MatrixShape;
import org.normscope.matrix.SlabGrid;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.EffectiveWeight;

/**
 * A matrix of doubles that somebody holds in memory, for an audit as if it were stored as F64: the same cut, the same order of sums,
 * the same random stream, and so the same bits; but lines longer than a block are not cut.
 */
public final class HeldMatrix implements Serializable {
    private static final long serialVersionUID = 1L;

    private final AuditTask task;
    private final AuditSettings settings;
    private final Start start;

    /**
     * @param shape rows and columns
     * @param settings with a seed
     * @param start the name, and given vectors if there are any
     * @throws IllegalArgumentException if a given vector hasn't the length of the short side, or that has over 2^27 entries
     */
    public HeldMatrix(MatrixShape shape, AuditSettings settings, Start start) {
        StoredTensor tensor =
                StoredTensor.contiguous(start.name(), DType.F64, Shape.of(shape.rows(), shape.cols()), 0, 0);
        this.task = new AuditTask(0, tensor, new TensorFiles(Map.of()), EffectiveWeight.plain(tensor));
        this.settings = wholeLines(shape, settings);
        this.start = start;
        for (double[] vector : start.vectors()) {
            if (vector.length != shape.shortSide()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "a start vector has %d entries; the shorter side of %d x %d has %d",
                        vector.length,
                        shape.rows(),
                        shape.cols(),
                        shape.shortSide()));
            }
        }
    }

    /** Blocks that take a line at least: machines hold slabs of such a matrix, never parts of lines. */
    private static AuditSettings wholeLines(MatrixShape shape, AuditSettings settings) {
        long line = Math.multiplyExact(Double.BYTES, shape.shortSide());
        if (line > SlabGrid.LARGEST_SLAB) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "a matrix in memory is held by whole lines of at most %d bytes; the shorter side of %d x %d takes %d",
                    SlabGrid.LARGEST_SLAB,
                    shape.rows(),
                    shape.cols(),
                    line));
        }
        return settings.withBlockBytes(Math.max(line, settings.blockBytes()));
    }

    /** The matrix's shape. */
    public MatrixShape shape() {
        return task.shape();
    }

    /** How it is cut, into slabs of whole lines; only for a matrix with entries. */
    public Striping striping() {
        return Striping.of(task, settings);
    }

    /** The outcome of a matrix without entries. */
    public Outcome empty() {
        return WeightDialogue.empty(task);
    }

    /**
     * Begins the computation; only for a matrix with entries.
     *
     * @throws IllegalArgumentException if a start vector is zero or not finite, or there are more than the iteration takes
     */
    public Lockstep begin() {
        Matrix vectors = vectors();
        return new Lockstep(
                List.of(task),
                settings,
                one -> new WeightDialogue(one, settings, AuditPlan.Request.REPORT_ONLY, vectors));
    }

    private Matrix vectors() {
        int k = start.vectors().size();
        int m = k == 0 ? 0 : start.vectors().get(0).length;
        Matrix vectors = Matrix.zeros(m, k);
        for (int j = 0; j < k; j++) {
            System.arraycopy(start.vectors().get(j), 0, vectors.values(), j * m, m);
        }
        return vectors;
    }

    /** What machines compute of its bundles of slabs in a computation. */
    public StripeAudit stripes(Lockstep begun) {
        return StripeAudit.ofHeld(List.of(task), begun);
    }
}
