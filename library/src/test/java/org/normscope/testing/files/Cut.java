package org.normscope.testing.files;

import java.util.ArrayList;
import java.util.List;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Shape;

/**
 * A piece of a row-major tensor.
 *
 * @param start index of its first element
 * @param shape its extent
 * @param content its elements, row-major. Not copied.
 */
public record Cut(List<Long> start, Shape shape, byte[] content) {
    /**
     * Cuts a tensor.
     *
     * @param parts into how many, one per dimension; the last ones may be smaller
     * @param bytes of an element
     */
    public static List<Cut> grid(Shape whole, byte[] content, List<Long> parts, int bytes) {
        List<Cut> cuts = new ArrayList<>();
        grid(whole, content, parts, bytes, List.of(), List.of(), cuts);
        return cuts;
    }

    private static void grid(
            Shape whole,
            byte[] content,
            List<Long> parts,
            int bytes,
            List<Long> start,
            List<Long> sizes,
            List<Cut> cuts) {
        int dim = start.size();
        if (dim == whole.rank()) {
            Shape shape = new Shape(sizes);
            cuts.add(new Cut(start, shape, part(whole, content, start, shape, bytes)));
            return;
        }
        long size = whole.dims().get(dim);
        long most = (size + parts.get(dim) - 1) / parts.get(dim);
        for (long from = 0; from < size; from += most) {
            grid(whole, content, parts, bytes, with(start, from), with(sizes, Math.min(most, size - from)), cuts);
        }
    }

    private static List<Long> with(List<Long> numbers, long last) {
        List<Long> more = new ArrayList<>(numbers);
        more.add(last);
        return more;
    }

    private static byte[] part(Shape whole, byte[] content, List<Long> start, Shape shape, int bytes) {
        byte[] part = new byte[Math.toIntExact(shape.elements() * bytes)];
        List<Long> inner = Layout.rowMajor(shape);
        List<Long> outer = Layout.rowMajor(whole);
        for (int i = 0; i < shape.elements(); i++) {
            long from = 0;
            for (int dim = 0; dim < shape.rank(); dim++) {
                long index = i / inner.get(dim) % shape.dims().get(dim);
                from += (start.get(dim) + index) * outer.get(dim);
            }
            System.arraycopy(content, Math.toIntExact(from * bytes), part, i * bytes, bytes);
        }
        return part;
    }
}
