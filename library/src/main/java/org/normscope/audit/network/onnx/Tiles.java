package org.normscope.audit.network.onnx;

import java.util.List;
import org.normscope.format.onnx.Dim;

/** Shapes of squares of pixels that become channels, and back. */
final class Tiles {
    private static final long LARGEST = 1 << 15;

    private Tiles() {}

    /** The shape behind DepthToSpace. */
    static Dims spread(Call call) throws NoRuleException {
        Dims x = call.only().dims();
        long size = size(call);
        return x.hasRank(4)
                ? Dims.of(List.of(x.at(0), over(x.at(1), size * size), times(x.at(2), size), times(x.at(3), size)))
                : Dims.UNKNOWN;
    }

    /** The shape behind SpaceToDepth. */
    static Dims gathered(Call call) throws NoRuleException {
        Dims x = call.only().dims();
        long size = size(call);
        return x.hasRank(4)
                ? Dims.of(List.of(x.at(0), times(x.at(1), size * size), over(x.at(2), size), over(x.at(3), size)))
                : Dims.UNKNOWN;
    }

    private static long size(Call call) throws NoRuleException {
        long size = call.whole("blocksize", 0);
        if (size < 1 || size > LARGEST) {
            throw new NoRuleException("with a blocksize of " + size);
        }
        return size;
    }

    private static Dim times(Dim dim, long factor) {
        Long size = dim.size();
        return size == null || size > Long.MAX_VALUE / factor ? Dim.unknown() : Dim.of(size * factor);
    }

    private static Dim over(Dim dim, long divisor) {
        Long size = dim.size();
        return size == null || size % divisor != 0 ? Dim.unknown() : Dim.of(size / divisor);
    }
}
