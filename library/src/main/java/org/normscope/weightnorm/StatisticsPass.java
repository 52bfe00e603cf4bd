package org.normscope.weightnorm;

import java.io.Serializable;
import java.util.Arrays;
import org.normscope.kernel.Slab;
import org.normscope.matrix.MatrixShape;
import org.normscope.tensor.DType;

/**
 * A slab's share of {@link MatrixStatistics}; shares are merged in the order of their slabs. In a tall matrix a row is a line
 * and complete within its slab; in a wide one a row crosses all slabs and grows with each of them.
 */
public final class StatisticsPass implements Serializable {
    private static final long serialVersionUID = 1L;

    private final MatrixShape shape;
    private final Rows rows;
    private long nan;
    private long inf;
    private double maxAbs;

    private StatisticsPass(MatrixShape shape, int kept) {
        this.shape = shape;
        this.rows = shape.isTall() ? new Rows.Complete(kept) : new Rows.Growing(Math.toIntExact(shape.rows()));
    }

    /** The share of one slab of a matrix of this shape. */
    public static StatisticsPass of(MatrixShape shape, Slab slab) {
        return of(shape, slab, 0);
    }

    /** The same, which also keeps the norm of every row of a tall matrix: 8 bytes per line of the slab. */
    public static StatisticsPass keepingRows(MatrixShape shape, Slab slab) {
        return of(shape, slab, slab.lines());
    }

    private static StatisticsPass of(MatrixShape shape, Slab slab, int kept) {
        StatisticsPass pass = new StatisticsPass(shape, kept);
        boolean wideRange = slab.dtype() == DType.F64;
        slab.forEachTile(1, (tile, first, lines) -> {
            pass.scan(tile, lines * slab.m());
            pass.rows.add(tile, lines, slab.m(), wideRange);
        });
        return pass;
    }

    private void scan(double[] tile, int count) {
        double largest = maxAbs;
        double poison = 0;
        for (int i = 0; i < count; i++) {
            double magnitude = Math.abs(tile[i]);
            poison += tile[i] * 0.0;
            largest = magnitude > largest ? magnitude : largest;
        }
        maxAbs = largest;
        if (poison != 0) {
            countNonFinite(tile, count);
        }
    }

    private void countNonFinite(double[] tile, int count) {
        for (int i = 0; i < count; i++) {
            if (Double.isNaN(tile[i])) {
                nan++;
            } else if (Double.isInfinite(tile[i])) {
                inf++;
            }
        }
    }

    /** Adds the share of the slab that follows. */
    public void merge(StatisticsPass next) {
        nan += next.nan;
        inf += next.inf;
        maxAbs = Math.max(maxAbs, next.maxAbs);
        rows.merge(next.rows);
    }

    /** Norms of the rows that are complete within these slabs, in order, and lets go of them; empty if none are kept. */
    public double[] takeCompleteRows() {
        return rows.takeComplete();
    }

    /** Norms of the rows that cross all slabs, as far as they are merged; empty for a tall matrix. */
    public double[] crossingRows() {
        return rows.crossing();
    }

    /** The statistics of everything merged so far. Row norms mean nothing unless all entries are finite. */
    public MatrixStatistics result() {
        Rows.Summary summary = rows.summary();
        double mean = summary.sum() / shape.rows();
        MatrixStatistics.Range range = new MatrixStatistics.Range(summary.min(), summary.max(), mean);
        return new MatrixStatistics(nan, inf, summary.zeros(), maxAbs, summary.squares(), range);
    }

    /** How row norms add up. */
    private abstract static sealed class Rows implements Serializable {
        private static final long serialVersionUID = 1L;

        private static final double[] NONE = {};

        record Summary(long zeros, double min, double max, double sum, SumOfSquares squares) {}

        abstract void add(double[] tile, int lines, int m, boolean wideRange);

        abstract void merge(Rows next);

        abstract Summary summary();

        double[] takeComplete() {
            return NONE;
        }

        double[] crossing() {
            return NONE;
        }

        /** Each line is a row. */
        static final class Complete extends Rows {
            private long zeros;
            private double min = Double.POSITIVE_INFINITY;
            private double max;
            private double sum;
            private SumOfSquares squares = SumOfSquares.ZERO;
            private double[] kept;
            private int count;

            /** @param kept how many norms are kept, of the rows that come first */
            Complete(int kept) {
                this.kept = new double[kept];
            }

            @Override
            void add(double[] tile, int lines, int m, boolean wideRange) {
                for (int l = 0; l < lines; l++) {
                    add(LineSquares.of(tile, l * m, m));
                }
            }

            private void add(SumOfSquares row) {
                double norm = row.norm();
                zeros += row.high() == 0 ? 1 : 0;
                min = Math.min(min, norm);
                max = Math.max(max, norm);
                sum += norm;
                squares = squares.plus(row);
                if (count < kept.length) {
                    kept[count++] = norm;
                }
            }

            @Override
            void merge(Rows next) {
                Complete other = (Complete) next;
                zeros += other.zeros;
                min = Math.min(min, other.min);
                max = Math.max(max, other.max);
                sum += other.sum;
                squares = squares.plus(other.squares);
                if (other.kept.length > 0) {
                    kept = Arrays.copyOf(kept, Math.addExact(count, other.count));
                    System.arraycopy(other.kept, 0, kept, count, other.count);
                    count = kept.length;
                }
            }

            @Override
            double[] takeComplete() {
                double[] taken = kept;
                kept = NONE;
                count = 0;
                return taken;
            }

            @Override
            Summary summary() {
                return new Summary(zeros, min, max, sum, squares);
            }
        }

        /** Each line has one entry of every row. */
        static final class Growing extends Rows {
            private static final int GROUP = 8;
            private final SumOfSquares[] rows;

            Growing(int count) {
                rows = new SumOfSquares[count];
                Arrays.fill(rows, SumOfSquares.ZERO);
            }

            @Override
            void add(double[] tile, int lines, int m, boolean wideRange) {
                for (int l = 0; l < lines; l += GROUP) {
                    int end = Math.min(lines, l + GROUP);
                    for (int s = 0; s < m; s++) {
                        rows[s] = rows[s].plus(wideRange ? carefully(tile, l, end, s, m) : plainly(tile, l, end, s, m));
                    }
                }
            }

            private static SumOfSquares plainly(double[] tile, int from, int to, int s, int m) {
                double sum = 0;
                for (int l = from; l < to; l++) {
                    sum += tile[l * m + s] * tile[l * m + s];
                }
                return SumOfSquares.ofSum(sum);
            }

            private static SumOfSquares carefully(double[] tile, int from, int to, int s, int m) {
                SumOfSquares sum = SumOfSquares.ZERO;
                for (int l = from; l < to; l++) {
                    sum = sum.plus(SumOfSquares.of(tile[l * m + s]));
                }
                return sum;
            }

            @Override
            void merge(Rows next) {
                Growing other = (Growing) next;
                for (int s = 0; s < rows.length; s++) {
                    rows[s] = rows[s].plus(other.rows[s]);
                }
            }

            @Override
            double[] crossing() {
                return Arrays.stream(rows).mapToDouble(SumOfSquares::norm).toArray();
            }

            @Override
            Summary summary() {
                Complete all = new Complete(0);
                for (SumOfSquares row : rows) {
                    all.add(row);
                }
                return all.summary();
            }
        }
    }
}
