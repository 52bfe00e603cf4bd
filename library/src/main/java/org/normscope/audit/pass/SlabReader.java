package org.normscope.audit.pass;

import java.io.IOException;
import org.normscope.kernel.Slab;
import org.normscope.kernel.Transposition;
import org.normscope.matrix.MatrixShape;
import org.normscope.matrix.SlabGrid;
import org.normscope.storage.Pieces;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.StoredTensor;

/** Reads slabs of one stored matrix by byte range; slabs of a wide matrix are turned so that its columns lie contiguously. */
final class SlabReader {
    private final RangeReader file;
    private final StoredTensor tensor;
    private final SlabGrid grid;

    SlabReader(RangeReader file, StoredTensor tensor, SlabGrid grid) {
        this.file = file;
        this.tensor = tensor;
        this.grid = grid;
    }

    SlabGrid grid() {
        return grid;
    }

    /** Slab {@code index}, freshly read. */
    Slab read(int index) throws IOException {
        int lines = grid.length(index);
        int m = Math.toIntExact(grid.shape().shortSide());
        byte[] stored = new byte[grid.bytes(index)];
        if (grid.shape().isTall()) {
            long from = grid.start(index) * m * grid.elementBytes();
            file.readFully(tensor.offset() + from, stored, 0, stored.length);
            return new Slab(stored, tensor.dtype(), lines, m);
        }
        readColumns(index, stored);
        byte[] turned = new byte[stored.length];
        Transposition.transpose(stored, turned, m, lines, grid.elementBytes());
        return new Slab(turned, tensor.dtype(), lines, m);
    }

    /** A band of columns: one piece of every row, or one range if the band is the whole matrix. */
    private void readColumns(int index, byte[] target) throws IOException {
        MatrixShape shape = grid.shape();
        if (grid.slabs() == 1) {
            file.readFully(tensor.offset(), target, 0, target.length);
            return;
        }
        int bytes = grid.elementBytes();
        Pieces pieces = new Pieces(
                tensor.offset() + grid.start(index) * bytes,
                shape.cols() * bytes,
                grid.length(index) * bytes,
                Math.toIntExact(shape.rows()));
        file.readPieces(pieces, target);
    }
}
