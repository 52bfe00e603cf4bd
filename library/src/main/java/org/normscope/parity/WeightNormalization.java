package org.normscope.parity;

import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.Shape;

/**
 * The settings of torch's {@code weight_norm(module, name, dim)}, legacy or parametrized. It does to one weight what torch does, in
 * double: also where that is NaN. What is true of a weight says an audit.
 *
 * @param layout which of the two functions; they differ in their keys alone
 * @param name the parameter, without the module's path
 * @param dim the dimension that keeps its own norms; negative ones count from the end, but -1 means the whole tensor, as null does
 */
public record WeightNormalization(
        KeyLayout layout, String name, @Nullable Integer dim) {
    private static final int WHOLE = -1;

    /** @throws IllegalArgumentException if the name is no parameter's */
    public WeightNormalization {
        ParameterName.check(name);
    }

    /** Torch's defaults for every module: {@code name='weight', dim=0}. */
    public static WeightNormalization of(KeyLayout layout) {
        return new WeightNormalization(layout, "weight", 0);
    }

    /** The same for another parameter. */
    public WeightNormalization withName(String other) {
        return new WeightNormalization(layout, other, dim);
    }

    /** The same with another dimension; null or -1 for the whole tensor. */
    public WeightNormalization withDim(@Nullable Integer other) {
        return new WeightNormalization(layout, name, other);
    }

    /**
     * Takes a weight apart: v is the weight itself, g the norms of its slices.
     *
     * @throws IllegalArgumentException if the weight has no such dimension
     */
    public WeightParameter register(DenseTensor weight) {
        return new WeightParameter(this, DenseTensor.owning(magnitudes(weight.shape()), norms(weight)), weight);
    }

    /**
     * What a checkpoint stores.
     *
     * @param g one number for every slice of v; they may be negative
     * @throws IllegalArgumentException if v has no such dimension, or g isn't of the shape that belongs to it: ones, but for the
     *     dimension itself; no dimensions for the whole tensor
     */
    public WeightParameter load(DenseTensor g, DenseTensor v) {
        if (!g.shape().equals(magnitudes(v.shape()))) {
            throw new IllegalArgumentException("g has shape " + g.shape() + ", but v of shape " + v.shape()
                    + " with dim " + (dim == null ? "None" : dim) + " needs " + magnitudes(v.shape())
                    + "; give another g, or another dim");
        }
        return new WeightParameter(this, g, v);
    }

    /**
     * The dimension of a weight of this shape that keeps its own norms, from 0 on; empty for the whole tensor.
     *
     * @throws IllegalArgumentException if there is no such dimension
     */
    public OptionalInt dimOf(Shape shape) {
        return dim == null || dim == WHOLE ? OptionalInt.empty() : OptionalInt.of(Axis.signed(shape, dim));
    }

    /**
     * The shape of g for a weight of this shape: ones, but for the dimension itself; no dimensions for the whole tensor.
     *
     * @throws IllegalArgumentException if there is no such dimension
     */
    public Shape magnitudes(Shape shape) {
        OptionalInt own = dimOf(shape);
        if (own.isEmpty()) {
            return Shape.of();
        }
        Long[] dims = new Long[shape.rank()];
        Arrays.fill(dims, 1L);
        dims[own.getAsInt()] = shape.dims().get(own.getAsInt());
        return new Shape(Arrays.asList(dims));
    }

    /** The axis that keeps its own norms; one of size 1 for the whole tensor. */
    Axis axis(Shape shape) {
        OptionalInt own = dimOf(shape);
        return own.isEmpty()
                ? new Axis(0, 1, 1, Math.max(1, Math.toIntExact(shape.elements())))
                : Axis.of(shape, own.getAsInt());
    }

    /**
     * Euclidean norms of the slices; sums run in the order of the elements. Squares of doubles beyond 1e±154 overflow or vanish, as in
     * torch.
     */
    double[] norms(DenseTensor tensor) {
        Axis axis = axis(tensor.shape());
        double[] norms = new double[axis.size()];
        double[] values = tensor.shared();
        for (int i = 0; i < values.length; i++) {
            norms[axis.index(i)] += values[i] * values[i];
        }
        for (int slice = 0; slice < norms.length; slice++) {
            norms[slice] = Math.sqrt(norms[slice]);
        }
        return norms;
    }
}
