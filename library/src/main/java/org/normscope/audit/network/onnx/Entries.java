package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entries of a small tensor in other places, row-major. */
final class Entries {
    private Entries() {}

    /**
     * A walk through a tensor: where it starts, how far a step goes in each dimension of the result, how many steps there are. Strides count
     * entries.
     */
    private record Walk(long start, List<Long> strides, List<Long> counts) {}

    /** Every dimension in another place. */
    static <T> Optional<List<T>> transposed(List<T> entries, List<Long> dims, List<Long> axes) {
        List<Long> strides = strides(dims);
        List<Long> moved = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        for (long axis : axes) {
            if (axis < 0 || axis >= dims.size()) {
                return Optional.empty();
            }
            moved.add(strides.get((int) axis));
            counts.add(dims.get((int) axis));
        }
        return taken(entries, new Walk(0, moved, counts));
    }

    /**
     * Some of the entries along one dimension.
     *
     * @param range the places
     */
    static <T> Optional<List<T>> sliced(List<T> entries, List<Long> dims, int axis, Range range) {
        List<Long> strides = new ArrayList<>(strides(dims));
        List<Long> counts = new ArrayList<>(dims);
        long start = range.from() * strides.get(axis);
        strides.set(axis, range.step() * strides.get(axis));
        counts.set(axis, range.count());
        return taken(entries, new Walk(start, strides, counts));
    }

    /**
     * Places along a dimension.
     *
     * @param from the first one
     * @param step to the next one, perhaps backwards
     * @param count of them
     */
    record Range(long from, long step, long count) {}

    private static List<Long> strides(List<Long> dims) {
        List<Long> strides = new ArrayList<>(dims);
        long stride = 1;
        for (int i = dims.size() - 1; i >= 0; i--) {
            strides.set(i, stride);
            stride *= dims.get(i);
        }
        return strides;
    }

    private static <T> Optional<List<T>> taken(List<T> entries, Walk walk) {
        long total = walk.counts().stream().reduce(1L, (a, b) -> a * b);
        List<T> taken = new ArrayList<>();
        for (long i = 0; i < total; i++) {
            long place = walk.start();
            long rest = i;
            for (int axis = walk.counts().size() - 1; axis >= 0; axis--) {
                place += rest % walk.counts().get(axis) * walk.strides().get(axis);
                rest /= walk.counts().get(axis);
            }
            if (place < 0 || place >= entries.size() || taken.size() >= entries.size()) {
                return Optional.empty();
            }
            taken.add(entries.get((int) place));
        }
        return Optional.of(taken);
    }
}
