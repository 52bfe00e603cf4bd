package org.normscope.weightnorm;

import java.io.Serializable;
import java.util.Arrays;

/** How row norms add up. */
abstract sealed class Rows implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final double[] NONE = {};

    record Summary(long zeros, double min, double max, double sum, SumOfSquares squares) {}

    /**
     * Takes a tile in.
     *
     * @param tile shape lines x m, line after line. Not modified.
     * @param first index of its first line in the block
     * @param wideRange whether squares may overflow or vanish
     */
    abstract void add(double[] tile, int first, int lines, int m, boolean wideRange);

    /** Adds the lines that follow. */
    abstract void merge(Rows next);

    /** Puts the rest of the same lines, or what follows in them, on the right; both are used up. */
    abstract Rows beside(Rows next);

    /** The same, lines having no further part. */
    abstract Rows complete();

    abstract Summary summary();

    /** Norms of complete rows that are kept, in order, and lets go of them. */
    double[] takeComplete() {
        return NONE;
    }

    /** Keeps these norms of complete rows. */
    void giveComplete(double[] norms) {
        if (norms.length > 0) {
            throw new IllegalStateException("no row is complete");
        }
    }

    /** Norms of rows that cross all lines. */
    double[] crossing() {
        return NONE;
    }

    /** Each line is a row. */
    static final class Complete extends Rows {
        private static final long serialVersionUID = 1L;

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
        void add(double[] tile, int first, int lines, int m, boolean wideRange) {
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
            giveComplete(NONE);
            return taken;
        }

        @Override
        void giveComplete(double[] norms) {
            kept = norms;
            count = norms.length;
        }

        @Override
        Rows beside(Rows next) {
            throw new IllegalStateException("rows have no further part");
        }

        @Override
        Rows complete() {
            return this;
        }

        @Override
        Summary summary() {
            return new Summary(zeros, min, max, sum, squares);
        }
    }

    /** Each line is a part of a row. */
    static final class Parts extends Rows {
        private static final long serialVersionUID = 1L;

        private final SumOfSquares[] lines;
        private final int kept;

        /** @param kept how many norms are kept once rows are complete */
        Parts(int count, int kept) {
            this.kept = kept;
            lines = new SumOfSquares[count];
            Arrays.fill(lines, SumOfSquares.ZERO);
        }

        @Override
        void add(double[] tile, int first, int count, int m, boolean wideRange) {
            for (int l = 0; l < count; l++) {
                lines[first + l] = LineSquares.of(tile, l * m, m);
            }
        }

        @Override
        void merge(Rows next) {
            throw new IllegalStateException("rows have further parts");
        }

        @Override
        Rows beside(Rows next) {
            Parts other = (Parts) next;
            for (int l = 0; l < lines.length; l++) {
                lines[l] = lines[l].plus(other.lines[l]);
            }
            return this;
        }

        @Override
        Rows complete() {
            Complete rows = new Complete(kept);
            for (SumOfSquares line : lines) {
                rows.add(line);
            }
            return rows;
        }

        @Override
        Summary summary() {
            throw new IllegalStateException("rows have further parts");
        }
    }

    /** Each line has one entry of every row. */
    static final class Growing extends Rows {
        private static final long serialVersionUID = 1L;

        private static final int GROUP = 8;
        private final SumOfSquares[] rows;

        Growing(int count) {
            rows = new SumOfSquares[count];
            Arrays.fill(rows, SumOfSquares.ZERO);
        }

        @Override
        void add(double[] tile, int first, int lines, int m, boolean wideRange) {
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
        Rows beside(Rows next) {
            SumOfSquares[] right = ((Growing) next).rows;
            Growing both = new Growing(Math.addExact(rows.length, right.length));
            System.arraycopy(rows, 0, both.rows, 0, rows.length);
            System.arraycopy(right, 0, both.rows, rows.length, right.length);
            return both;
        }

        @Override
        Rows complete() {
            return this;
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
