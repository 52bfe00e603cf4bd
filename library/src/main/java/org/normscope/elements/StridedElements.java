package org.normscope.elements;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.normscope.storage.Pieces;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Layout.ByteOrder;
import org.normscope.tensor.Shape;

/** Elements at fixed distances in one file, read in the order of the file and put in that of the tensor. */
final class StridedElements extends Elements {
    private final RangeReader file;
    private final Layout.Strided layout;

    /** @param file closed with this */
    StridedElements(RangeReader file, Layout.Strided layout, Shape shape, int bytes) {
        super(shape, bytes);
        this.file = file;
        this.layout = layout;
    }

    /**
     * A dimension of a box.
     *
     * @param size its extent
     * @param stride elements in the file from one index to the next
     * @param step elements in the target from one index to the next
     */
    private record Axis(long size, long stride, long step) {}

    @Override
    void read(Box box, byte[] target, int at) throws IOException {
        List<Axis> axes = axes(box);
        if (axes.isEmpty() || box.elements() == 0) {
            readOne(box, target, at);
            return;
        }
        List<Axis> stored = inFileOrder(axes);
        long first = position(box);
        if (stored.equals(axes) && axes.get(axes.size() - 1).stride() == 1) {
            readRuns(first, axes, target, at);
        } else {
            gather(first, stored, target, at);
        }
        bigEndianTurned(target, at, box.elements());
    }

    private void readOne(Box box, byte[] target, int at) throws IOException {
        if (box.elements() == 1) {
            file.readFully(position(box), target, at, bytes());
            bigEndianTurned(target, at, 1);
        }
    }

    private long position(Box box) {
        long element = 0;
        for (int i = 0; i < box.start().size(); i++) {
            element += box.start().get(i) * layout.strides().get(i);
        }
        return layout.offset() + element * bytes();
    }

    /** The dimensions with more than one index, joined where one continues the next. */
    private List<Axis> axes(Box box) {
        List<Axis> axes = new ArrayList<>();
        long step = 1;
        for (int i = box.sizes().size() - 1; i >= 0; i--) {
            Axis axis = new Axis(box.sizes().get(i), layout.strides().get(i), step);
            step *= axis.size();
            if (axis.size() == 1) {
                continue;
            }
            Axis inner = axes.isEmpty() ? null : axes.get(0);
            if (inner != null && axis.stride() == inner.size() * inner.stride()) {
                axes.set(0, new Axis(axis.size() * inner.size(), inner.stride(), inner.step()));
            } else {
                axes.add(0, axis);
            }
        }
        return axes;
    }

    private static List<Axis> inFileOrder(List<Axis> axes) {
        return axes.stream()
                .sorted(Comparator.comparingLong(Axis::stride).reversed())
                .toList();
    }

    /** Axes in the order of the file, the last one without gaps: every run goes where it belongs. */
    private void readRuns(long position, List<Axis> axes, byte[] target, int at) throws IOException {
        Axis outer = axes.get(0);
        int run = Math.toIntExact(outer.size() * bytes());
        if (axes.size() == 1) {
            file.readFully(position, target, at, run);
        } else if (axes.size() == 2 && at == 0 && outer.stride() >= axes.get(1).size()) {
            int piece = Math.toIntExact(axes.get(1).size() * bytes());
            file.readPieces(
                    new Pieces(position, outer.stride() * bytes(), piece, Math.toIntExact(outer.size())), target);
        } else {
            for (int i = 0; i < outer.size(); i++) {
                int to = Math.toIntExact(at + i * outer.step() * bytes());
                readRuns(position + i * outer.stride() * bytes(), axes.subList(1, axes.size()), target, to);
            }
        }
    }

    /** Axes in the order of the file: lines along the innermost one are read whole, and their elements put in their places. */
    private void gather(long position, List<Axis> axes, byte[] target, long at) throws IOException {
        Axis outer = axes.get(0);
        if (axes.size() > 1) {
            for (int i = 0; i < outer.size(); i++) {
                long to = at + i * outer.step() * bytes();
                gather(position + i * outer.stride() * bytes(), axes.subList(1, axes.size()), target, to);
            }
            return;
        }
        byte[] line = new byte[(int) Math.min(LINE, ((outer.size() - 1) * outer.stride() + 1) * bytes())];
        long perLine = outer.stride() == 0 ? outer.size() : (line.length / bytes() - 1) / outer.stride() + 1;
        for (long i = 0; i < outer.size(); i += perLine) {
            long count = Math.min(perLine, outer.size() - i);
            int length = Math.toIntExact(((count - 1) * outer.stride() + 1) * bytes());
            file.readFully(position + i * outer.stride() * bytes(), line, 0, length);
            for (int k = 0; k < count; k++) {
                int from = Math.toIntExact(k * outer.stride() * bytes());
                long to = at + (i + k) * outer.step() * bytes();
                System.arraycopy(line, from, target, Math.toIntExact(to), bytes());
            }
        }
    }

    /** Most bytes of a line that are held at once. */
    private static final long LINE = 1L << 20;

    private void bigEndianTurned(byte[] target, int at, long elements) {
        if (layout.order() == ByteOrder.LITTLE_ENDIAN) {
            return;
        }
        for (int i = 0; i < elements; i++) {
            for (int low = at + i * bytes(), high = low + bytes() - 1; low < high; low++, high--) {
                byte swapped = target[low];
                target[low] = target[high];
                target[high] = swapped;
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
