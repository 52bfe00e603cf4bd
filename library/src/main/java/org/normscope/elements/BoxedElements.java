package org.normscope.elements;

import java.io.IOException;
import java.util.List;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;

/** Elements in boxes of their own, over many files; a file is open while a box of it is read. */
final class BoxedElements extends Elements {
    private final List<Layout.Box> boxes;
    private final Opener opener;

    BoxedElements(List<Layout.Box> boxes, Shape shape, int bytes, Opener opener) {
        super(shape, bytes);
        this.boxes = boxes;
        this.opener = opener;
    }

    /** Opens the elements of one of the boxes. */
    @FunctionalInterface
    interface Opener {
        Elements open(Layout layout, Shape shape) throws IOException;
    }

    @Override
    void read(Box wanted, byte[] target, int at) throws IOException {
        for (Layout.Box stored : boxes) {
            Box part = new Box(stored.start(), stored.shape().dims()).intersection(wanted);
            if (part.elements() > 0) {
                byte[] packed = new byte[Math.toIntExact(part.elements() * bytes())];
                try (Elements elements = opener.open(stored.layout(), stored.shape())) {
                    elements.read(part.from(stored.start()), packed, 0);
                }
                new Placement(part.from(wanted.start()), wanted.sizes(), bytes()).copy(packed, target, at);
            }
        }
    }

    /**
     * Where the elements of a box go in a packed larger one.
     *
     * @param part the box, seen from the larger one's first element
     * @param sizes extents of the larger one
     * @param bytes of an element
     */
    private record Placement(Box part, List<Long> sizes, int bytes) {
        void copy(byte[] packed, byte[] target, int at) {
            copy(0, packed, 0, target, at);
        }

        /** Copies what lies below a dimension; returns the bytes used up. */
        private int copy(int dim, byte[] packed, int from, byte[] target, int at) {
            if (dim == sizes.size()) {
                System.arraycopy(packed, from, target, at, bytes);
                return bytes;
            }
            int inner =
                    bytes * Math.toIntExact(Layout.rowMajor(new Shape(sizes)).get(dim));
            int first = at + Math.toIntExact(part.start().get(dim)) * inner;
            if (dim == sizes.size() - 1) {
                int line = Math.toIntExact(part.sizes().get(dim)) * bytes;
                System.arraycopy(packed, from, target, first, line);
                return line;
            }
            int used = 0;
            for (int i = 0; i < part.sizes().get(dim); i++) {
                used += copy(dim + 1, packed, from + used, target, first + i * inner);
            }
            return used;
        }
    }
}
