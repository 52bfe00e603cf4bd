package org.normscope.audit.pass;

import java.io.IOException;
import org.normscope.audit.plan.AuditTask;
import org.normscope.elements.Elements;
import org.normscope.elements.Elements.Rectangle;
import org.normscope.kernel.Slab;
import org.normscope.kernel.Transposition;
import org.normscope.matrix.BlockGrid;
import org.normscope.matrix.SlabGrid;

/** Reads blocks of one stored matrix by byte range; blocks of a wide matrix are turned so that its columns lie contiguously. */
final class BlockReader {
    private final Elements elements;
    private final AuditTask task;
    private final BlockGrid grid;

    BlockReader(Elements elements, AuditTask task, BlockGrid grid) {
        this.elements = elements;
        this.task = task;
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
            return slab(stored, index);
        }
        elements.read(new Rectangle(left, width, start, lines), stored);
        byte[] turned = new byte[stored.length];
        Transposition.transpose(stored, turned, width, lines, bands.elementBytes());
        return slab(turned, index);
    }

    private Slab slab(byte[] bytes, int index) {
        return slab(task, grid, bytes, index);
    }

    /** A block of a task's matrix from its bytes: lines of the long side, as far as the block reaches across. */
    static Slab slab(AuditTask task, BlockGrid grid, byte[] bytes, int index) {
        int left = grid.left(grid.position(index));
        int lines = grid.bands().length(grid.band(index));
        return new Slab(bytes, task.tensor().dtype(), lines, grid.width(grid.position(index)))
                .scaled(task.scaling(grid.bands().start(grid.band(index)), left));
    }
}
