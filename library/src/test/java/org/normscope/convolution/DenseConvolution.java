package org.normscope.convolution;

import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;

/** A convolution as a matrix, by plain loops over outputs, inputs and taps; inputs are cubes of n samples a side. */
final class DenseConvolution {
    private final Kernel kernel;
    private final Geometry geometry;
    private final int n;

    DenseConvolution(Kernel kernel, Geometry geometry, int n) {
        this.kernel = kernel;
        this.geometry = geometry;
        this.n = n;
    }

    /** Outputs per dimension with p zeros on each side. */
    int outputs(int dim, int p) {
        return Math.max(
                0, Math.floorDiv(n + 2 * p - reach(dim) - 1, geometry.stride().get(dim)) + 1);
    }

    private int reach(int dim) {
        return geometry.dilation().get(dim) * (kernel.width(dim) - 1);
    }

    /** Whether some output with p zeros on each side sees no padding. */
    boolean seesNoPadding(int p) {
        for (int dim = 0; dim < kernel.dims(); dim++) {
            int s = geometry.stride().get(dim);
            int first = (p + s - 1) / s * s - p;
            if (first + reach(dim) >= n) {
                return false;
            }
        }
        return true;
    }

    double normWithZeros(int p) {
        int[] outputs = new int[kernel.dims()];
        for (int dim = 0; dim < outputs.length; dim++) {
            outputs[dim] = outputs(dim, p);
        }
        return norm(outputs, p, false);
    }

    /** n must be a multiple of the strides. */
    double normOnACircle() {
        int[] outputs = new int[kernel.dims()];
        for (int dim = 0; dim < outputs.length; dim++) {
            outputs[dim] = n / geometry.stride().get(dim);
        }
        return norm(outputs, 0, true);
    }

    private double norm(int[] outputs, int p, boolean circular) {
        int places = 1;
        int samples = 1;
        for (int count : outputs) {
            places *= count;
            samples *= n;
        }
        Matrix matrix = Matrix.zeros(kernel.rows() * places, kernel.channels() * geometry.groups() * samples);
        for (int row = 0; row < kernel.rows(); row++) {
            int group = row / (kernel.rows() / geometry.groups());
            for (int channel = 0; channel < kernel.channels(); channel++) {
                int input = group * kernel.channels() + channel;
                for (int place = 0; place < places; place++) {
                    for (int tap = 0; tap < kernel.taps(); tap++) {
                        int sample = sample(place, tap, outputs, p, circular);
                        if (sample >= 0) {
                            int i = row * places + place;
                            int j = input * samples + sample;
                            double value = kernel.values()[(row * kernel.channels() + channel) * kernel.taps() + tap];
                            matrix.set(i, j, matrix.get(i, j) + value);
                        }
                    }
                }
            }
        }
        return matrix.values().length == 0 ? 0 : Decompositions.singularValues(matrix)[0];
    }

    /** Which sample a tap meets at an output; -1 in the padding. */
    private int sample(int place, int tap, int[] outputs, int p, boolean circular) {
        int sample = 0;
        int stretch = 1;
        int restOfPlace = place;
        int restOfTap = tap;
        for (int dim = outputs.length - 1; dim >= 0; dim--) {
            int o = restOfPlace % outputs[dim];
            int i = restOfTap % kernel.width(dim);
            int x = geometry.stride().get(dim) * o + geometry.dilation().get(dim) * i - p;
            x = circular ? Math.floorMod(x, n) : x;
            if (x < 0 || x >= n) {
                return -1;
            }
            sample += stretch * x;
            stretch *= n;
            restOfPlace /= outputs[dim];
            restOfTap /= kernel.width(dim);
        }
        return sample;
    }
}
