package org.normscope.convolution;

import java.util.List;

/**
 * The weight of a convolution, c_out x c_in/groups x k_1 x .. x k_d; transposed ones have c_in x c_out/groups x k_1 x .. x k_d.
 *
 * @param shape two dims of channels, then 1 to 3 of taps; none empty
 * @param values row-major, finite; shared with the caller. Not modified.
 */
public record Kernel(List<Integer> shape, double[] values) {
    private static final int ORDINARY = 200;

    /** Checks the number of dims and of entries. */
    public Kernel {
        shape = List.copyOf(shape);
        if (shape.size() < 3 || shape.size() > 5) {
            throw new IllegalArgumentException("a kernel has 3 to 5 dims, not " + shape);
        }
        long entries = shape.stream().mapToLong(n -> n).reduce(1, Math::multiplyExact);
        if (entries < 1 || entries != values.length) {
            throw new IllegalArgumentException("kernel " + shape + " in " + values.length + " entries");
        }
    }

    /** Dim 0. */
    int rows() {
        return shape.get(0);
    }

    /** Dim 1. */
    int channels() {
        return shape.get(1);
    }

    /** Spatial dimensions, 1 to 3. */
    int dims() {
        return shape.size() - 2;
    }

    /** Taps in a spatial dimension. */
    int width(int dim) {
        return shape.get(2 + dim);
    }

    /** Taps altogether: {@code k_1 .. k_d}. */
    int taps() {
        int taps = 1;
        for (int dim = 0; dim < dims(); dim++) {
            taps *= width(dim);
        }
        return taps;
    }

    /**
     * The kernel with each output channel multiplied by a factor, as a batch norm behind it does: {@code gamma / sqrt(var + eps)}. Products
     * round once.
     *
     * @param geometry says which dim is the output
     * @param factors one per output channel
     */
    public Kernel scaled(Geometry geometry, double[] factors) {
        int outputs = geometry.transposed() ? Math.multiplyExact(channels(), geometry.groups()) : rows();
        if (factors.length != outputs) {
            throw new IllegalArgumentException(factors.length + " factors for " + outputs + " output channels");
        }
        double[] scaled = values.clone();
        int taps = taps();
        int perGroup = rows() / geometry.groups();
        for (int row = 0; row < rows(); row++) {
            for (int channel = 0; channel < channels(); channel++) {
                int output = geometry.transposed() ? row / perGroup * channels() + channel : row;
                for (int i = (row * channels() + channel) * taps; i < (row * channels() + channel + 1) * taps; i++) {
                    scaled[i] *= factors[output];
                }
            }
        }
        return new Kernel(shape, scaled);
    }

    /** The power of two to divide by, so that squares neither overflow nor vanish; 0 for entries of ordinary size. */
    int exponent() {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        int exponent = largest == 0 ? 0 : Math.getExponent(largest);
        return Math.abs(exponent) <= ORDINARY ? 0 : exponent;
    }

    /** This kernel times {@code 2^exponent}; itself for 0. */
    Kernel times(int exponent) {
        if (exponent == 0) {
            return this;
        }
        double[] scaled = new double[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = Math.scalb(values[i], exponent);
        }
        return new Kernel(shape, scaled);
    }
}
