package org.normscope.elements;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * An N-d part of a tensor; arithmetic only.
 *
 * @param start index of its first element, one per dimension
 * @param sizes its extent, one per dimension
 */
record Box(List<Long> start, List<Long> sizes) {
    Box {
        start = List.copyOf(start);
        sizes = List.copyOf(sizes);
    }

    /** Number of elements. */
    long elements() {
        return sizes.stream().reduce(1L, Math::multiplyExact);
    }

    /** A box in a tensor with one more dimension in front. */
    private Box under(long index) {
        return new Box(prepended(index, start), prepended(1, sizes));
    }

    private static List<Long> prepended(long first, List<Long> rest) {
        List<Long> all = new ArrayList<>();
        all.add(first);
        all.addAll(rest);
        return all;
    }

    /**
     * Boxes that, one behind the other, hold the elements {@code first} to {@code first + count - 1} of a row-major tensor, in that order;
     * at most two per dimension.
     *
     * @param dims the tensor's dimensions
     */
    static List<Box> ofRange(List<Long> dims, long first, long count) {
        if (count == 0) {
            return List.of();
        }
        if (dims.isEmpty()) {
            return List.of(new Box(List.of(), List.of()));
        }
        List<Long> inner = dims.subList(1, dims.size());
        long line = inner.stream().reduce(1L, Math::multiplyExact);
        List<Box> boxes = new ArrayList<>();
        long at = first;
        long end = first + count;
        if (at % line != 0) {
            long part = Math.min(end, (at / line + 1) * line) - at;
            addUnder(boxes, at / line, ofRange(inner, at % line, part));
            at += part;
        }
        long whole = (end - at) / line;
        if (whole > 0) {
            boxes.add(new Box(prepended(at / line, Collections.nCopies(inner.size(), 0L)), prepended(whole, inner)));
            at += whole * line;
        }
        if (at < end) {
            addUnder(boxes, at / line, ofRange(inner, 0, end - at));
        }
        return boxes;
    }

    private static void addUnder(List<Box> boxes, long index, List<Box> inner) {
        inner.forEach(box -> boxes.add(box.under(index)));
    }

    /** The common part; without elements if there is none. */
    Box intersection(Box other) {
        List<Long> from = new ArrayList<>();
        List<Long> extent = new ArrayList<>();
        for (int i = 0; i < start.size(); i++) {
            long begin = Math.max(start.get(i), other.start.get(i));
            long end = Math.min(start.get(i) + sizes.get(i), other.start.get(i) + other.sizes.get(i));
            from.add(begin);
            extent.add(Math.max(0, end - begin));
        }
        return new Box(from, extent);
    }

    /** The same part, seen from another first element. */
    Box from(List<Long> origin) {
        List<Long> from = new ArrayList<>();
        for (int i = 0; i < start.size(); i++) {
            from.add(start.get(i) - origin.get(i));
        }
        return new Box(from, sizes);
    }
}
