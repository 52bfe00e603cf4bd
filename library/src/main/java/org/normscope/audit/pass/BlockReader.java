package org.normscope.audit.pass;

import java.io.IOException;
import org.normscope.kernel.Slab;
import org.normscope.kernel.Transposition;
import org.normscope.matrix.BlockGrid;
import org.normscope.matrix.MatrixShape;
import org.normscope.matrix.SlabGrid;
import org.normscope.storage.Pieces;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.StoredTensor;

/** Reads blocks of one stored matrix by byte range; blocks of a wide matrix are turned so that its columns lie contiguously. */
final class BlockReader {
    private final RangeReader file;
    private final StoredTensor tensor;
    private final BlockGrid grid;

    BlockReader(RangeReader file, StoredTensor tensor, BlockGrid grid) {
        this.file = file;
        this.tensor = tensor;
        this.grid = grid;
    }

    BlockGrid grid() {
        return grid;
    }

    /** Block {@code index}, freshly read: lines of the long side, as far as the block reaches across. */
    Slab read(int index) throws IOException {
        SlabGrid bands = grid.bands();
        long start = bands.start(grid.band(index));
        int lines = bands.length(grid.band(index));
        int left = grid.left(grid.position(index));
        int width = grid.width(grid.position(index));
        byte[] stored = new byte[grid.bytes(index)];
        if (bands.shape().isTall()) {
            read(stored, start, lines, left, width);
            return new Slab(stored, tensor.dtype(), lines, width);
        }
        read(stored, left, width, start, lines);
        byte[] turned = new byte[stored.length];
        Transposition.transpose(stored, turned, width, lines, bands.elementBytes());
        return new Slab(turned, tensor.dtype(), lines, width);
    }

    /** One range if the rows are whole, else one piece of every row. */
    private void read(byte[] target, long row, int rows, long col, int cols) throws IOException {
        MatrixShape shape = grid.bands().shape();
        int elementBytes = grid.bands().elementBytes();
        long from = tensor.offset() + (row * shape.cols() + col) * elementBytes;
        if (cols == shape.cols()) {
            file.readFully(from, target, 0, target.length);
        } else {
            file.readPieces(new Pieces(from, shape.cols() * elementBytes, cols * elementBytes, rows), target);
        }
    }
}
