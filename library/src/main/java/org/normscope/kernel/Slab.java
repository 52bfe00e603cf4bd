package org.normscope.kernel;

import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;

/**
 * A part of a matrix as stored bytes: some lines of its long side, line after line, each with the whole short side. Bytes stay
 * in the stored type and are decoded tile by tile. For a tall matrix lines are rows, for a wide one columns.
 *
 * @param bytes little-endian elements. Not modified.
 * @param dtype a type of kind FLOAT
 * @param lines entries along the long side
 * @param m entries along the short side
 * @param scaling of the decoded entries; null if they are what the matrix has
 */
public record Slab(byte[] bytes, DType dtype, int lines, int m, Scaling.@Nullable Tiles scaling) {
    /** Doubles in a decoded tile: stays in the second-level cache. */
    private static final int TILE = 1 << 16;

    private static final int MOST_LINES = 64;
    private static final int FEWEST_LINES = 8;

    /** Checks that the bytes are exactly those of {@code lines * m} elements. */
    public Slab {
        if ((long) lines * m * dtype.bytes() != bytes.length) {
            throw new IllegalArgumentException(lines + " x " + m + " " + dtype + " in " + bytes.length + " bytes");
        }
    }

    /** A slab whose decoded elements are the matrix's entries. */
    public Slab(byte[] bytes, DType dtype, int lines, int m) {
        this(bytes, dtype, lines, m, null);
    }

    /** The same elements with other factors on them. */
    public Slab scaled(Scaling.@Nullable Tiles factors) {
        return new Slab(bytes, dtype, lines, m, factors);
    }

    /** Something done with one decoded tile. */
    @FunctionalInterface
    public interface TileVisitor {
        /**
         * @param tile shape lines x m, line after line; reused for the next tile
         * @param firstLine index of the tile's first line in the slab
         * @param lines lines in the tile
         */
        void visit(double[] tile, int firstLine, int lines);
    }

    /**
     * Decodes the slab tile by tile, in order.
     *
     * @param scale a power of two by which every entry is multiplied
     */
    public void forEachTile(double scale, TileVisitor visitor) {
        int height = Math.min(tileLines(m), lines);
        double[] tile = new double[height * m];
        for (int first = 0; first < lines; first += height) {
            int count = Math.min(height, lines - first);
            Decoder.decode(dtype, bytes, first * m * dtype.bytes(), tile, 0, count * m);
            if (scaling != null) {
                scaling.apply(tile, first, count, m);
            }
            if (scale != 1) {
                for (int i = 0; i < count * m; i++) {
                    tile[i] *= scale;
                }
            }
            visitor.visit(tile, first, count);
        }
    }

    /** Most lines that a tile of lines of {@code m} entries has. */
    static int tileLines(int m) {
        return Math.min(MOST_LINES, Math.max(FEWEST_LINES, TILE / Math.max(1, m)));
    }
}
