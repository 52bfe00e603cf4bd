package org.normscope.convolution;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;

/**
 * How a convolution moves its kernel. Padding doesn't matter to the norm's bound: zeros, circular or none (see {@code docs/math/convolutions.md}).
 *
 * @param stride steps per spatial dimension, at least 1
 * @param dilation distance of neighboring taps per spatial dimension, at least 1
 * @param groups independent convolutions beside each other; divides dim 0 of the kernel
 * @param transposed whether it is the adjoint (ConvTranspose), whose dim 0 is the input; the norm is the same
 */
public record Geometry(List<Integer> stride, List<Integer> dilation, int groups, boolean transposed)
        implements Serializable {
    /** Rejects steps below 1, and lists of different lengths. */
    public Geometry {
        stride = List.copyOf(stride);
        dilation = List.copyOf(dilation);
        if (stride.size() != dilation.size()) {
            throw new IllegalArgumentException("stride " + stride + " but dilation " + dilation);
        }
        if (groups < 1
                || stride.stream().anyMatch(s -> s < 1)
                || dilation.stream().anyMatch(d -> d < 1)) {
            throw new IllegalArgumentException(
                    "stride " + stride + ", dilation " + dilation + ", groups " + groups + ": all are at least 1");
        }
    }

    /**
     * What to assume of a kernel whose layer is unknown: stride 1, dilation 1, one group. Its norm is at least that of every other
     * geometry with the same kernel, for a strided convolution takes some of the outputs of an unstrided one, and a group some of the rows.
     *
     * @param dims spatial dimensions
     */
    public static Geometry unknown(int dims) {
        List<Integer> ones = Collections.nCopies(dims, 1);
        return new Geometry(ones, ones, 1, false);
    }

    /**
     * Taps of the kernel that see the same sample of the input, {@code Π_j ceil(k_j / s'_j)}: shifts of the symbol.
     *
     * @param shape of the kernel: two dims of channels, then taps
     */
    public long shifts(List<Long> shape) {
        long shifts = 1;
        for (int dim = 0; dim < stride.size(); dim++) {
            shifts = Math.multiplyExact(shifts, (shape.get(2 + dim) + phases(dim) - 1) / phases(dim));
        }
        return shifts;
    }

    /**
     * Classes of taps that see different samples of the input, {@code Π_j min(k_j, s'_j)}.
     *
     * @param shape of the kernel: two dims of channels, then taps
     */
    public long phases(List<Long> shape) {
        long phases = 1;
        for (int dim = 0; dim < stride.size(); dim++) {
            phases = Math.multiplyExact(phases, Math.min(shape.get(2 + dim), phases(dim)));
        }
        return phases;
    }

    /** Classes of taps in a dimension that see different samples of the input: {@code s / gcd(s, d)}. */
    int phases(int dim) {
        return stride.get(dim) / gcd(stride.get(dim), dilation.get(dim));
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
