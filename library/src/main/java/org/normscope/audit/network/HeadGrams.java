package org.normscope.audit.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.HeadGram;

/** Gram matrices of a matrix's heads, from one reading of it. One head's rows, or some rows of all heads, are in memory at a time. */
final class HeadGrams implements StoredRows.Taker {
    /** Along which side of the matrix heads lie. */
    enum Side {
        /** Queries, keys and values: each head has some outputs. */
        OUTPUTS,
        /** The matrix behind the heads: each head has some inputs. */
        INPUTS
    }

    /** Stored rows that are collected before they are multiplied. */
    private static final int TILE = 64;

    private final MatrixPart part;
    private final boolean stacked;
    private final int order;
    private final double @Nullable [] scale;
    private final PartOffsets offsets;
    private final Matrix[] tiles;
    private final List<Matrix> grams = new ArrayList<>();
    private int filled;

    private HeadGrams(MatrixPart part, Side side, int heads, @Nullable Fold fold) {
        this.part = part;
        this.stacked = (side == Side.OUTPUTS) != part.transposed();
        int length = side == Side.OUTPUTS ? part.outputs() : part.inputs();
        this.order = length / heads;
        this.scale = fold == null ? null : fold.scale();
        this.offsets = new PartOffsets(part, fold);
        this.tiles = new Matrix[stacked ? 1 : heads];
        for (int i = 0; i < tiles.length; i++) {
            tiles[i] = Matrix.zeros(stacked ? width(part) : TILE, order);
        }
    }

    /** Entries of a stored row. */
    private static int width(MatrixPart part) {
        return Math.toIntExact(part.row().weight().shape().dims().get(1));
    }

    /**
     * What one reading tells of a part.
     *
     * @param grams of the heads, in order
     * @param offsets upper bounds on the size of what is added to each output
     */
    record Heads(List<HeadGram> grams, double[] offsets) {}

    /**
     * Reads a part.
     *
     * @param heads how many there are; they divide the side's length
     * @param fold of the normalization before it; null for none
     * @param bias as it is stored; null for none
     */
    static Heads of(
            StoredRows rows, MatrixPart part, Side side, int heads, @Nullable Fold fold, double @Nullable [] bias)
            throws IOException {
        HeadGrams reading = new HeadGrams(part, side, heads, fold);
        rows.forEach(part.row(), reading);
        long made = rows.roundings(part.row());
        return new Heads(reading.finished(made), reading.offsets.bounds(bias, made));
    }

    @Override
    public void take(int index, double[] row) {
        offsets.take(index, row);
        if (stacked) {
            stack(index, row);
        } else {
            spread(index, row);
        }
    }

    /** A row of one head: its entries go into one column of the tile. */
    private void stack(int index, double[] row) {
        if (index < first() || index >= first() + order * heads()) {
            return;
        }
        double[] tile = tiles[0].values();
        int start = filled * row.length;
        for (int j = 0; j < row.length; j++) {
            tile[start + j] = scale == null ? row[j] : row[j] * scale[j];
        }
        if (++filled == order) {
            grams.add(Dense.gram(tiles[0]));
            filled = 0;
        }
    }

    private int first() {
        return part.transposed() ? 0 : part.from();
    }

    private int heads() {
        return (part.transposed() ? part.inputs() : part.outputs()) / order;
    }

    /** A row of all heads: one row of each one's tile. */
    private void spread(int index, double[] row) {
        int first = part.transposed() ? part.from() : 0;
        double factor = scale == null ? 1 : scale[index];
        for (int head = 0; head < tiles.length; head++) {
            for (int c = 0; c < order; c++) {
                tiles[head].set(filled, c, row[first + head * order + c] * factor);
            }
        }
        if (++filled == TILE) {
            addTiles();
        }
    }

    private void addTiles() {
        for (int head = 0; head < tiles.length; head++) {
            for (int i = filled; i < TILE; i++) {
                for (int c = 0; c < order; c++) {
                    tiles[head].set(i, c, 0);
                }
            }
            Matrix gram = Dense.gram(tiles[head]);
            if (grams.size() <= head) {
                grams.add(gram);
            } else {
                add(gram.values(), grams.get(head).values());
            }
        }
        filled = 0;
    }

    private static void add(double[] more, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    /** @param made roundings that an entry has behind it when it is read */
    private List<HeadGram> finished(long made) {
        if (!stacked) {
            addTiles();
        }
        long summed = (long) Math.max(part.inputs(), part.outputs()) + TILE;
        long roundings = summed + 2 * (made + Fold.ROUNDINGS) + 4;
        return grams.stream().map(gram -> HeadGram.of(gram, roundings)).toList();
    }
}
