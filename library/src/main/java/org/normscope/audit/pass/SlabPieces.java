package org.normscope.audit.pass;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.normscope.matrix.MatrixShape;
import org.normscope.matrix.SlabGrid;

/**
 * Takes rectangles of a matrix of doubles apart, and puts slabs together from the pieces. A piece is a byte string, so that it travels
 * by any serializer: first line within the slab, first entry within the line, entries per line (an int each), then the entries of line
 * after line; all little-endian.
 *
 * @param grid the cut, of eight bytes per entry
 */
public record SlabPieces(SlabGrid grid) implements Serializable {
    private static final int HEADER = 3 * Integer.BYTES;

    /**
     * A part of a matrix.
     *
     * @param row of its first entry in the matrix
     * @param col of its first entry in the matrix
     * @param cols entries per row
     * @param values row after row. Not modified.
     */
    public record Rectangle(long row, long col, int cols, double[] values) {
        int rows() {
            return cols == 0 ? 0 : values.length / cols;
        }
    }

    /**
     * The pieces of a rectangle, by slab.
     *
     * @throws IllegalArgumentException if it reaches out of the matrix
     */
    public SortedMap<Integer, byte[]> cut(Rectangle part) {
        MatrixShape shape = grid.shape();
        if (part.row() < 0
                || part.col() < 0
                || part.rows() > shape.rows() - part.row()
                || part.cols() > shape.cols() - part.col()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%d x %d entries from (%d, %d) on reach out of the matrix, which is %d x %d",
                    part.rows(),
                    part.cols(),
                    part.row(),
                    part.col(),
                    shape.rows(),
                    shape.cols()));
        }
        SortedMap<Integer, byte[]> pieces = new TreeMap<>();
        long first = shape.isTall() ? part.row() : part.col();
        long end = first + (shape.isTall() ? part.rows() : part.cols());
        long line = part.values().length == 0 ? end : first;
        while (line < end) {
            int slab = Math.toIntExact(line / grid.slabLength());
            long next = Math.min(end, grid.start(slab) + grid.slabLength());
            pieces.put(slab, piece(part, slab, line, (int) (next - line)));
            line = next;
        }
        return pieces;
    }

    private byte[] piece(Rectangle part, int slab, long line, int lines) {
        boolean tall = grid.shape().isTall();
        int width = tall ? part.cols() : part.rows();
        int skipped = (int) (line - (tall ? part.row() : part.col()));
        int alongLine = tall ? 1 : part.cols();
        int toNextLine = tall ? part.cols() : 1;
        int size = Math.toIntExact(HEADER + (long) lines * width * Double.BYTES);
        ByteBuffer piece = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        piece.putInt((int) (line - grid.start(slab)))
                .putInt((int) (tall ? part.col() : part.row()))
                .putInt(width);
        for (int l = skipped; l < skipped + lines; l++) {
            for (int i = 0; i < width; i++) {
                piece.putDouble(part.values()[l * toNextLine + i * alongLine]);
            }
        }
        return piece.array();
    }

    /** A slab that is being put together; entries that no piece gives are 0. */
    public final class Slab {
        private final int index;
        private final byte[] bytes;
        private final BitSet given;

        /** An empty slab. */
        public Slab(int index) {
            this.index = index;
            bytes = new byte[grid.bytes(index)];
            given = new BitSet(bytes.length / Double.BYTES);
        }

        /**
         * Puts a piece in its place.
         *
         * @throws IllegalArgumentException if an entry was given before
         */
        public void put(byte[] piece) {
            ByteBuffer header = ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN);
            int line = header.getInt();
            int from = header.getInt();
            int width = header.getInt();
            int m = Math.toIntExact(grid.shape().shortSide());
            for (int at = HEADER; at < piece.length; at += width * Double.BYTES) {
                int target = line * m + from;
                if (given.get(target, target + width).length() > 0) {
                    throw twice(line, from);
                }
                given.set(target, target + width);
                System.arraycopy(piece, at, bytes, target * Double.BYTES, width * Double.BYTES);
                line++;
            }
        }

        private IllegalArgumentException twice(int line, int from) {
            long along = grid.start(index) + line;
            boolean tall = grid.shape().isTall();
            return new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "entries from row %d, column %d on are given twice; join rows or blocks of the same index first",
                    tall ? along : from,
                    tall ? from : along));
        }

        /** The entries, lines contiguous, as {@link StripeAudit} takes them. Not a copy. */
        public byte[] bytes() {
            return bytes;
        }
    }
}
