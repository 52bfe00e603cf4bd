package org.normscope.job.mllib;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.mllib.linalg.Matrix;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.distributed.BlockMatrix;
import org.apache.spark.mllib.linalg.distributed.IndexedRow;
import org.apache.spark.mllib.linalg.distributed.IndexedRowMatrix;
import org.apache.spark.mllib.linalg.distributed.RowMatrix;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.normscope.audit.Audit;
import org.normscope.audit.pass.HeldMatrix;
import org.normscope.audit.pass.Lockstep;
import org.normscope.audit.pass.SlabPieces.Rectangle;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Start;
import org.normscope.audit.result.Outcome;
import org.normscope.job.spark.StripeSteps;
import org.normscope.kernel.Kernels;
import org.normscope.matrix.MatrixShape;
import scala.Tuple2;

/**
 * Spectral norms of MLlib's distributed matrices, as certified intervals: bit for bit those that an audit with the same settings gives
 * for the same matrix stored as F64 under the same name, whatever the partitions, the block size and the serializer, if a line along
 * the shorter side fits the block bytes: such a matrix is held by whole lines, where an audit cuts longer ones.
 *
 * <p>The outcome is a value: {@code ANALYZED} with the norm; {@code SKIPPED} with the reason for NaN, infinite entries, or a norm above
 * the largest double; {@code FAILED} with the reason for rows or blocks that are given twice or reach out of the matrix. A matrix
 * without entries has the norm 0, exactly. Entries that are not given are 0. Spark's own exceptions mean that the cluster failed.
 *
 * <p>The matrix is brought into slabs once, cached while the computation runs (memory, then disk, eight bytes per entry), and read by
 * one Spark job per pass. The driver holds vectors of the shorter side, or its Gram matrix where that method is taken.
 */
public final class SpectralNorms {
    private SpectralNorms() {}

    /** The norm by the default settings, with a fresh seed. */
    public static Outcome of(BlockMatrix matrix) {
        return of(matrix, AuditSettings.DEFAULT, Start.RANDOM);
    }

    /** The norm by the default settings, with a fresh seed. */
    public static Outcome of(IndexedRowMatrix matrix) {
        return of(matrix, AuditSettings.DEFAULT, Start.RANDOM);
    }

    /** The norm by the default settings, with a fresh seed. */
    public static Outcome of(RowMatrix matrix) {
        return of(matrix, AuditSettings.DEFAULT, Start.RANDOM);
    }

    /**
     * The norm of a block matrix.
     *
     * @param settings tolerance, method, block bytes, seed; the selection plays no part
     * @param start the name of the random stream, and given vectors for a warm start
     * @throws IllegalArgumentException if given vectors have a wrong length, are zero or not finite, or are too many
     */
    public static Outcome of(BlockMatrix matrix, AuditSettings settings, Start start) {
        RDD<Tuple2<Tuple2<Object, Object>, Matrix>> blocks = matrix.blocks();
        MatrixShape shape = new MatrixShape(size(matrix::numRows, blocks), size(matrix::numCols, blocks));
        long down = matrix.rowsPerBlock();
        long across = matrix.colsPerBlock();
        return norm(new HeldMatrix(shape, Audit.seeded(settings), start), blocks.toJavaRDD(), block -> {
            long row = (Integer) block._1()._1() * down;
            long col = (Integer) block._1()._2() * across;
            // MLlib's arrays run down the columns: those of the transpose run along the rows.
            return new Rectangle(
                    row, col, block._2().numCols(), block._2().transpose().toArray());
        });
    }

    /** The norm of a matrix of numbered rows; see {@link #of(BlockMatrix, AuditSettings, Start)}. */
    public static Outcome of(IndexedRowMatrix matrix, AuditSettings settings, Start start) {
        RDD<IndexedRow> rows = matrix.rows();
        MatrixShape shape = new MatrixShape(size(matrix::numRows, rows), size(matrix::numCols, rows));
        return norm(
                new HeldMatrix(shape, Audit.seeded(settings), start),
                rows.toJavaRDD(),
                row -> rowOf(shape, row.index(), row.vector()));
    }

    /**
     * The norm of a matrix of rows without numbers; see {@link #of(BlockMatrix, AuditSettings, Start)}. Rows are numbered in the order
     * of the partitions, which decides over last bits only, since the norm doesn't depend on the order; where recomputing the RDD may
     * change that order, cache or checkpoint it.
     */
    public static Outcome of(RowMatrix matrix, AuditSettings settings, Start start) {
        RDD<Vector> rows = matrix.rows();
        MatrixShape shape = new MatrixShape(size(matrix::numRows, rows), size(matrix::numCols, rows));
        return norm(
                new HeldMatrix(shape, Audit.seeded(settings), start),
                rows.toJavaRDD().zipWithIndex().map(row -> row),
                row -> rowOf(shape, row._2(), row._1()));
    }

    private static Rectangle rowOf(MatrixShape shape, long index, Vector row) {
        if (row.size() != shape.cols()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "row %d has %d entries, the matrix has %d columns", index, row.size(), shape.cols()));
        }
        return new Rectangle(index, 0, row.size(), row.toArray());
    }

    /** A size that MLlib may have to count, which it can't where there is nothing to count. */
    private static long size(LongSupplier counted, RDD<?> parts) {
        try {
            return counted.getAsLong();
        } catch (RuntimeException e) {
            if (parts.isEmpty()) {
                return 0;
            }
            throw e;
        }
    }

    private static <T> Outcome norm(HeldMatrix matrix, JavaRDD<T> parts, Function<T, Rectangle> rectangle) {
        if (matrix.shape().isEmpty()) {
            return matrix.empty();
        }
        Lockstep lockstep = matrix.begin();
        JavaRDD<byte[]> stripes = new Stripes(matrix.striping())
                .of(parts, rectangle)
                .setName("stripes of a matrix of MLlib")
                .persist(StorageLevel.MEMORY_AND_DISK());
        List<Outcome> outcomes = new ArrayList<>();
        try {
            new StripeSteps(lockstep, matrix.stripes(lockstep), Kernels.best(), stripes)
                    .run(finished -> outcomes.add(finished.outcome()));
        } finally {
            stripes.unpersist(false);
        }
        return outcomes.get(0);
    }
}
