package org.normscope.audit.network.onnx;

import java.util.List;
import java.util.Optional;
import org.normscope.format.onnx.Dim;

/** Shapes of slices. */
final class Slices {
    private Slices() {}

    /** The shape behind Slice of a constant; lengths that can't be told are left open. */
    static Dims dims(Call call, Dims dims) throws NoRuleException {
        Optional<Ends> ends = ends(call);
        return ends.isPresent() ? dims(ends.get(), dims) : open(call, dims);
    }

    /** The same of a value that depends on the input: what is counted in it may be fewer entries than an open end says. */
    static Dims ofMoving(Call call, Dims dims) {
        return ends(call).map(ends -> dims(ends, dims)).orElse(dims.opened());
    }

    private static Optional<Ends> ends(Call call) {
        try {
            return Optional.of(Ends.of(call));
        } catch (NoRuleException e) {
            return Optional.empty();
        }
    }

    private static Dims dims(Ends ends, Dims dims) {
        if (!dims.isKnown()) {
            return Dims.UNKNOWN;
        }
        Dims sliced = dims;
        for (int i = 0; i < ends.starts.size(); i++) {
            long axis = ends.axes.isEmpty() ? i : ends.axes.get(i);
            long step = ends.steps.isEmpty() ? 1 : ends.steps.get(i);
            sliced = sliced.with(axis, length(sliced.at(axis), ends.starts.get(i), ends.ends.get(i), step));
        }
        return sliced;
    }

    /**
     * Where starts and ends aren't numbers. From 0 to an open length it is that length: if it were above the dimension's own, nothing of the open
     * length could meet it later.
     */
    private static Dims open(Call call, Dims dims) throws NoRuleException {
        Fixed start = call.fixed(1).orElse(null);
        Fixed end = call.fixed(2).orElse(null);
        List<Long> axes = call.wholes("axes", 3).orElse(List.of());
        boolean isPlain = call.wholes("steps", 4).orElse(List.of(1L)).equals(List.of(1L)) && axes.size() == 1;
        List<Whole> from = start == null ? null : start.wholes();
        List<Whole> to = end == null ? null : end.wholes();
        if (!isPlain
                || from == null
                || to == null
                || from.size() != 1
                || to.size() != 1
                || !from.get(0).is(0)) {
            return dims.opened();
        }
        Long size = dims.at(axes.get(0)).size();
        Dim length = to.get(0).dim();
        return size != null && size > 1 ? dims.with(axes.get(0), length) : dims.opened();
    }

    private record Ends(List<Long> starts, List<Long> ends, List<Long> axes, List<Long> steps) {
        private static Ends of(Call call) throws NoRuleException {
            List<Long> starts = call.wholes("starts", 1).orElse(List.of());
            List<Long> ends = call.wholes("ends", 2).orElse(List.of());
            List<Long> axes = call.wholes("axes", 3).orElse(List.of());
            List<Long> steps = call.wholes("steps", 4).orElse(List.of());
            boolean fits = starts.size() == ends.size()
                    && (axes.isEmpty() || axes.size() == starts.size())
                    && (steps.isEmpty() || steps.size() == starts.size());
            if (!fits) {
                throw new NoRuleException("whose starts, ends, axes and steps don't fit");
            }
            return new Ends(starts, ends, axes, steps);
        }
    }

    private static Dim length(Dim dim, long start, long end, long step) {
        Long size = dim.size();
        if (size == null) {
            boolean isWhole = start == 0 && step == 1 && end >= Integer.MAX_VALUE;
            return isWhole ? dim : Dim.unknown();
        }
        return range(size, start, end, step).map(range -> Dim.of(range.count())).orElseGet(Dim::unknown);
    }

    /** The entries from a start to before an end, which count from the end if negative and are clipped to the range. */
    static Optional<Entries.Range> range(long size, long start, long end, long step) {
        if (step == 0 || step < -(1 << 30) || step > 1 << 30) {
            return Optional.empty();
        }
        long first = start < 0 ? start + size : start;
        long last = end < 0 ? end + size : end;
        if (step > 0) {
            long from = Math.max(0, Math.min(size, first));
            long to = Math.max(0, Math.min(size, last));
            return Optional.of(new Entries.Range(from, step, to <= from ? 0 : (to - from + step - 1) / step));
        }
        if (first < 0) {
            // The first entry by the standard, nothing by numpy.
            return Optional.empty();
        }
        long from = Math.min(size - 1, first);
        long to = Math.max(-1, Math.min(size - 1, last));
        return Optional.of(new Entries.Range(from, step, from <= to ? 0 : (from - to - step - 1) / -step));
    }
}
