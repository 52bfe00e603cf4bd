package org.normscope.audit.network;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.UpperBound;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.DenseMap;
import org.normscope.spectral.Rounding;

/** A matrix of a gated MLP, from one reading of it: norms of its rows, and the whole where that is small. */
final class BranchRows implements StoredRows.Taker {
    /** Multiplications for a Gram matrix of the whole that are worth it. */
    private static final double MOST_WORK = 1 << 29;

    private final MatrixPart part;
    private final double @Nullable [] scale;
    private final PartOffsets offsets;
    private final double[] squares;
    private final @Nullable Matrix whole;
    private final long made;

    private BranchRows(MatrixPart part, @Nullable Fold fold, long made) {
        this.part = part;
        this.scale = fold == null ? null : fold.scale();
        this.offsets = new PartOffsets(part, fold);
        this.squares = new double[part.outputs()];
        this.made = made;
        double shorter = Math.min(part.outputs(), part.inputs());
        boolean small = shorter * part.outputs() * part.inputs() <= MOST_WORK;
        this.whole = small ? Matrix.zeros(part.outputs(), part.inputs()) : null;
    }

    /**
     * Reads a part.
     *
     * @param fold of the normalization before it; null for none
     */
    static BranchRows read(StoredRows rows, MatrixPart part, @Nullable Fold fold) throws IOException {
        BranchRows reading = new BranchRows(part, fold, rows.roundings(part.row()));
        rows.forEach(part.row(), reading);
        return reading;
    }

    @Override
    public void take(int index, double[] row) {
        offsets.take(index, row);
        if (part.transposed()) {
            for (int i = 0; i < squares.length; i++) {
                add(i, index, row[part.from() + i]);
            }
        } else if (index >= part.from() && index < part.to()) {
            for (int j = 0; j < row.length; j++) {
                add(index - part.from(), j, row[j]);
            }
        }
    }

    private void add(int output, int input, double stored) {
        double entry = scale == null ? stored : stored * scale[input];
        squares[output] += entry * entry;
        if (whole != null) {
            whole.set(output, input, entry);
        }
    }

    /** Upper bounds on the norms of the rows. */
    double[] rowNorms() {
        double[] norms = new double[squares.length];
        double error = Rounding.gamma(part.inputs() + 2.0 * (made + Fold.ROUNDINGS) + 4);
        for (int i = 0; i < norms.length; i++) {
            norms[i] = squares[i] == 0 ? 0 : Math.nextUp(Math.sqrt(squares[i] * (1 + error)));
        }
        return norms;
    }

    /** Upper bounds on the size of what is added to each output. */
    double[] offsets(double @Nullable [] bias, long roundings) {
        return offsets.bounds(bias, roundings);
    }

    /** Upper bound on the norm of the matrix; null where it is too large to be held. */
    @Nullable
    UpperBound norm() {
        return whole == null ? null : widened(DenseMap.of(whole));
    }

    /**
     * Upper bound on the norm of the matrix with its rows multiplied by factors; null where it is too large to be held.
     *
     * @param factors not negative; larger ones make a larger norm
     */
    @Nullable
    UpperBound weighed(double[] factors) {
        if (whole == null) {
            return null;
        }
        Matrix product = Matrix.zeros(whole.rows(), whole.cols());
        for (int j = 0; j < whole.cols(); j++) {
            for (int i = 0; i < whole.rows(); i++) {
                product.set(i, j, factors[i] * whole.get(i, j));
            }
        }
        return widened(DenseMap.of(product));
    }

    /** What rounding did to the entries can't have made the norm smaller by more than that of all of them. */
    private UpperBound widened(DenseMap map) {
        double error =
                Rounding.gamma(made + Fold.ROUNDINGS + 2.0) * map.frobenius().value() * (1 + 1e-9);
        return new UpperBound(Math.nextUp(map.norm().value() + error));
    }
}
