package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.normscope.format.onnx.Dim;

/**
 * How a window or kernel moves over an input, one number for each spatial dimension.
 *
 * @param kernel entries of the window
 * @param strides between windows
 * @param dilations between entries of a window
 * @param begin zeros before the first entry
 * @param end zeros behind the last one
 * @param automatic how the padding is found instead: NOTSET, VALID, SAME_UPPER or SAME_LOWER
 */
record Sliding(
        List<Long> kernel,
        List<Long> strides,
        List<Long> dilations,
        List<Long> begin,
        List<Long> end,
        String automatic) {
    private static final long MOST = 1L << 30;

    /** What the attributes of a node with a stored kernel say. */
    static Sliding of(Call call, List<Dim> kernel) throws NoRuleException {
        List<Long> sizes = new ArrayList<>();
        for (Dim dim : kernel) {
            Long size = dim.size();
            sizes.add(size == null ? 0 : size);
        }
        return ofSizes(call, sizes);
    }

    /** What the attributes of a node say, its kernel included. */
    static Sliding of(Call call) throws NoRuleException {
        return ofSizes(call, call.wholes("kernel_shape", List.of()));
    }

    private static Sliding ofSizes(Call call, List<Long> kernel) throws NoRuleException {
        int dims = kernel.size();
        List<Long> ones = Collections.nCopies(dims, 1L);
        List<Long> pads = call.wholes("pads", Collections.nCopies(2 * dims, 0L));
        List<Long> strides = call.wholes("strides", ones);
        List<Long> dilations = call.wholes("dilations", ones);
        boolean fits = pads.size() == 2 * dims && strides.size() == dims && dilations.size() == dims && dims > 0;
        if (!fits || !isWithin(kernel, 1) || !isWithin(strides, 1) || !isWithin(dilations, 1) || !isWithin(pads, 0)) {
            throw new NoRuleException("whose kernel, strides, dilations and pads don't fit");
        }
        String automatic = call.text("auto_pad", "NOTSET");
        if (!List.of("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER").contains(automatic)) {
            throw new NoRuleException("padded by " + automatic);
        }
        List<Long> zeros = Collections.nCopies(dims, 0L);
        boolean isGiven = automatic.equals("NOTSET");
        return new Sliding(
                kernel,
                strides,
                dilations,
                isGiven ? pads.subList(0, dims) : zeros,
                isGiven ? pads.subList(dims, 2 * dims) : zeros,
                automatic);
    }

    private static boolean isWithin(List<Long> numbers, long least) {
        return numbers.stream().allMatch(number -> number >= least && number <= MOST);
    }

    boolean isSame() {
        return automatic.startsWith("SAME");
    }

    /** Entries that a window spans in a dimension. */
    long span(int dim) {
        return dilations.get(dim) * (kernel.get(dim) - 1) + 1;
    }

    /** Zeros around an input of so many entries, before and behind together. */
    long padding(int dim, long entries) {
        if (!isSame()) {
            return begin.get(dim) + end.get(dim);
        }
        long stride = strides.get(dim);
        long windows = (entries + stride - 1) / stride;
        return Math.max(0, (windows - 1) * stride + span(dim) - entries);
    }

    /** Entries that the last window reaches beyond input and padding, where windows are counted rounding up. */
    long overhang(int dim, long entries) {
        long left = entries + padding(dim, entries) - span(dim);
        long rest = left % strides.get(dim);
        // An input shorter than the window has one that reaches beyond it.
        return left <= 0 ? -left : rest == 0 ? 0 : strides.get(dim) - rest;
    }

    /** How many windows there are over an input of this length. */
    Dim windows(int dim, Dim entries, boolean roundsUp) {
        Long size = entries.size();
        if (size == null) {
            return Dim.unknown();
        }
        long left = size + padding(dim, size) - span(dim);
        long stride = strides.get(dim);
        if (isSame()) {
            return Dim.of((size + stride - 1) / stride);
        }
        return left < 0 ? Dim.unknown() : Dim.of((roundsUp ? left + stride - 1 : left) / stride + 1);
    }
}
