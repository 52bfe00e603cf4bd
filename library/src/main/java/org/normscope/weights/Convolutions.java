package org.normscope.weights;

import java.util.List;

/** Which weights are kernels of convolutions, as far as their names and shapes tell. */
final class Convolutions {
    /** Most taps in a dimension of kernels with one, two and three spatial dimensions: beyond them a tensor is something else. */
    private static final long[] MOST_TAPS = {1 << 12, 1 << 7, 1 << 5};

    private static final int CHANNEL_DIMS = 2;

    private Convolutions() {}

    /**
     * Whether a weight is taken for a kernel: three to five dims, none empty, the role of a weight, no slice of a stack. With three, where
     * tables and stacks look alike, the name must end in {@code weight}, as in every framework's layers.
     */
    static boolean isKernel(EffectiveWeight weight) {
        List<Long> dims = weight.shape().dims();
        int spatial = dims.size() - CHANNEL_DIMS;
        if (spatial < 1
                || spatial > MOST_TAPS.length
                || weight.isSlice()
                || weight.shape().elements() == 0) {
            return false;
        }
        boolean isNamed = spatial > 1 || Names.endsInWord(Names.end(weight.name()), "weight");
        return isNamed
                && Role.ofName(weight.name(), weight.shape().rank()) == Role.WEIGHT
                && dims.stream().skip(CHANNEL_DIMS).allMatch(taps -> taps <= MOST_TAPS[spatial - 1]);
    }
}
