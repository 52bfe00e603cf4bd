package org.normscope.convolution;

import java.util.ArrayList;
import java.util.List;

/**
 * The polyphase form of one group's kernel: real matrices P_q, one for each shift q, whose transform {@code H(omega) = Σ_q P_q exp(i q.omega)}
 * is the symbol. Tap i of a dimension has phase {@code i mod s'} and shift {@code i / s'}, {@code s' = stride / gcd(stride, dilation)};
 * phases lie beside each other as columns. Taps that are zero altogether are left out, and shifts count from the first that is left, which
 * turns H by a phase only.
 */
final class Taps {
    /** One P_q, or its transpose: {@code depth} columns of {@code order} entries. */
    record Tap(int[] shift, double[][] columns) {}

    private final Kernel kernel;
    private final int[] phases;
    private final int[] extent;
    private final int rows;
    private final int cols;
    private final List<Tap> taps = new ArrayList<>();

    /**
     * The taps of a group of the kernel.
     *
     * @param group 0 to {@code geometry.groups() - 1}
     */
    Taps(Kernel kernel, Geometry geometry, int group) {
        this.kernel = kernel;
        rows = kernel.rows() / geometry.groups();
        phases = new int[kernel.dims()];
        extent = new int[kernel.dims()];
        int all = 1;
        for (int dim = 0; dim < phases.length; dim++) {
            phases[dim] = Math.min(geometry.phases(dim), kernel.width(dim));
            extent[dim] = (kernel.width(dim) + phases[dim] - 1) / phases[dim];
            all = Math.multiplyExact(all, phases[dim]);
        }
        cols = Math.multiplyExact(kernel.channels(), all);
        fill(group);
    }

    /** The smaller side of the symbol. */
    int order() {
        return Math.min(rows, cols);
    }

    /** The larger side of the symbol. */
    int depth() {
        return Math.max(rows, cols);
    }

    /** The taps that aren't zero, by ascending shift. */
    List<Tap> all() {
        return taps;
    }

    /** The largest shift in each dimension: the degrees of the symbol. */
    int[] degrees() {
        int[] degrees = new int[extent.length];
        for (Tap tap : taps) {
            for (int dim = 0; dim < degrees.length; dim++) {
                degrees[dim] = Math.max(degrees[dim], tap.shift()[dim]);
            }
        }
        return degrees;
    }

    private void fill(int group) {
        int count = 1;
        for (int n : extent) {
            count *= n;
        }
        double[][][] matrices = new double[count][][];
        int width = kernel.taps();
        for (int row = 0; row < rows; row++) {
            for (int channel = 0; channel < kernel.channels(); channel++) {
                int at = ((group * rows + row) * kernel.channels() + channel) * width;
                for (int tap = 0; tap < width; tap++) {
                    if (kernel.values()[at + tap] != 0) {
                        place(matrices, tap, row, channel, kernel.values()[at + tap]);
                    }
                }
            }
        }
        collect(matrices);
    }

    private void place(double[][][] matrices, int tap, int row, int channel, double value) {
        int shift = 0;
        int phase = 0;
        int stretch = 1;
        int phaseStretch = 1;
        int rest = tap;
        for (int dim = extent.length - 1; dim >= 0; dim--) {
            int i = rest % kernel.width(dim);
            rest /= kernel.width(dim);
            shift += stretch * (i / phases[dim]);
            phase += phaseStretch * (i % phases[dim]);
            stretch *= extent[dim];
            phaseStretch *= phases[dim];
        }
        if (matrices[shift] == null) {
            matrices[shift] = new double[depth()][order()];
        }
        int col = channel * phaseStretch + phase;
        if (rows <= cols) {
            matrices[shift][col][row] = value;
        } else {
            matrices[shift][row][col] = value;
        }
    }

    private void collect(double[][][] matrices) {
        int[] first = new int[extent.length];
        java.util.Arrays.fill(first, Integer.MAX_VALUE);
        for (int index = 0; index < matrices.length; index++) {
            if (matrices[index] != null) {
                int[] shift = shift(index);
                for (int dim = 0; dim < first.length; dim++) {
                    first[dim] = Math.min(first[dim], shift[dim]);
                }
                taps.add(new Tap(shift, matrices[index]));
            }
        }
        for (Tap tap : taps) {
            for (int dim = 0; dim < first.length; dim++) {
                tap.shift()[dim] -= first[dim];
            }
        }
    }

    private int[] shift(int index) {
        int[] shift = new int[extent.length];
        int rest = index;
        for (int dim = shift.length - 1; dim >= 0; dim--) {
            shift[dim] = rest % extent[dim];
            rest /= extent[dim];
        }
        return shift;
    }
}
