package org.normscope.audit.network.onnx;

import java.util.ArrayList;
import java.util.List;
import org.normscope.format.onnx.Dim;

/** Shapes of what convolutions put out. */
final class ConvolutionDims {
    private ConvolutionDims() {}

    /**
     * The shape of the result.
     *
     * @param x shape of the input: batch, channels, spatial dimensions
     * @param w shape of the kernel: two dimensions of channels, spatial dimensions
     */
    static Dims of(Call call, Dims x, Dims w, Sliding sliding) throws NoRuleException {
        boolean isTransposed = call.node().operator().equals("ConvTranspose");
        List<Dim> dims = new ArrayList<>();
        dims.add(x.at(0));
        dims.add(isTransposed ? times(w.at(1), call.whole("group", 1)) : w.at(0));
        for (int i = 0; i < sliding.kernel().size(); i++) {
            Dim entries = x.isKnown() ? x.at(i + 2) : Dim.unknown();
            dims.add(isTransposed ? spread(call, sliding, i, entries) : sliding.windows(i, entries, false));
        }
        return Dims.of(dims);
    }

    private static Dim times(Dim dim, long factor) {
        Long size = dim.size();
        return size == null || size > Long.MAX_VALUE / factor ? Dim.unknown() : Dim.of(size * factor);
    }

    private static Dim spread(Call call, Sliding sliding, int dim, Dim entries) throws NoRuleException {
        Long size = entries.size();
        boolean isGiven = call.node().attributes().containsKey("output_shape");
        if (size == null || size < 1 || size > Integer.MAX_VALUE || isGiven || sliding.isSame()) {
            return Dim.unknown();
        }
        List<Long> more = call.wholes("output_padding", List.of());
        long length = (size - 1) * sliding.strides().get(dim)
                + sliding.span(dim)
                - sliding.begin().get(dim)
                - sliding.end().get(dim)
                + (more.size() > dim ? more.get(dim) : 0);
        return length < 0 ? Dim.unknown() : Dim.of(length);
    }
}
