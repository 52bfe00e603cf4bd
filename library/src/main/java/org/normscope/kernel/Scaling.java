package org.normscope.kernel;

import java.io.Serializable;

/**
 * Factors on the entries of a matrix, so that the weight a layer applies is computed while stored bytes are decoded: entry (i, j) is
 * multiplied by {@code factors[(i / rows) * across + (j / cols) % across]}.
 *
 * @param factors across numbers for every band of rows. Not modified.
 * @param across factors along a row, before they begin anew
 * @param rows rows that share factors
 * @param cols neighbours in a row that share a factor
 * @param error bound on the relative error of every scaled entry: that of its factor, and one multiplication
 */
public record Scaling(double[] factors, int across, long rows, long cols, double error) implements Serializable {
    /** Checks the cut. */
    public Scaling {
        if (across < 1 || rows < 1 || cols < 1 || factors.length % across != 0) {
            throw new IllegalArgumentException(
                    factors.length + " factors, " + across + " across, for blocks of " + rows + " x " + cols);
        }
    }

    /** One factor on all entries, whatever the shape. */
    public static Scaling uniform(double factor, double error) {
        return new Scaling(new double[] {factor}, 1, Long.MAX_VALUE, Long.MAX_VALUE, error);
    }

    private double factor(long row, long col) {
        return factors[Math.toIntExact(row / rows * across + col / cols % across)];
    }

    /** What scales tiles whose lines are rows: line 0, entry 0 is that of this row and column. */
    public Tiles rows(long row, long col) {
        return new Tiles(this, Tiles.Lines.ROWS, row, col);
    }

    /** What scales tiles whose lines are columns: line 0, entry 0 is that of this column and row. */
    public Tiles columns(long col, long row) {
        return new Tiles(this, Tiles.Lines.COLUMNS, col, row);
    }

    /**
     * The scaling of one part of the matrix.
     *
     * @param scaling of the whole
     * @param lines what a line of a tile is
     * @param line of the matrix that is the part's first one
     * @param entry within a line that is the part's first one
     */
    public record Tiles(Scaling scaling, Lines lines, long line, long entry) {
        /** What lines of a tile are in the matrix. */
        public enum Lines {
            ROWS,
            COLUMNS
        }

        /**
         * Scales lines of the part.
         *
         * @param tile lines of m entries each. Modified.
         * @param first the part's line that comes first in the tile
         * @param count lines in the tile
         */
        void apply(double[] tile, int first, int count, int m) {
            long shared = lines == Lines.ROWS ? scaling.cols : scaling.rows;
            for (int l = 0; l < count; l++) {
                for (int j = 0; j < m; ) {
                    int run = (int) Math.min(m - j, shared - (entry + j) % shared);
                    multiply(tile, l * m + j, run, factor(line + first + l, entry + j));
                    j += run;
                }
            }
        }

        private double factor(long along, long within) {
            return lines == Lines.ROWS ? scaling.factor(along, within) : scaling.factor(within, along);
        }

        private static void multiply(double[] tile, int from, int run, double factor) {
            for (int i = from; i < from + run; i++) {
                tile[i] *= factor;
            }
        }
    }
}
