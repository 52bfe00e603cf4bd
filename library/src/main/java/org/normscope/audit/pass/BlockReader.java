package org.normscope.audit.pass;

import java.io.IOException;
import org.normscope.elements.Elements;
import org.normscope.elements.Elements.Rectangle;
import org.normscope.kernel.Slab;
import org.normscope.kernel.Transposition;
import org.normscope.matrix.BlockGrid;
import org.normscope.matrix.SlabGrid;
import org.normscope.tensor.DType;

/** Reads blocks of one stored matrix by byte range; blocks of a wide matrix are turned so that its columns lie contiguously. */
final class BlockReader {
    private final Elements elements;
    private final DType dtype;
    private final BlockGrid grid;

    BlockReader(Elements elements, DType dtype, BlockGrid grid) {
        this.elements = elements;
        this.dtype = dtype;
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
            elements.read(new Rectangle(start, lines, left, width), stored);
            return new Slab(stored, dtype, lines, width);
        }
        elements.read(new Rectangle(left, width, start, lines), stored);
        byte[] turned = new byte[stored.length];
        Transposition.transpose(stored, turned, width, lines, bands.elementBytes());
        return new Slab(turned, dtype, lines, width);
    }
}
