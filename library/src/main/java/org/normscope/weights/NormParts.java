package org.normscope.weights;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe.SpectralNorm;
import org.normscope.weights.Recipe.SpectralNorm.Orientation;
import org.normscope.weights.Recipe.WeightNorm;

/** Whether tensors have the shapes that torch's weight norm and spectral norm give their parts, and along which dimension. */
final class NormParts {
    private NormParts() {}

    /** The weight norm of these parts; null if they have other shapes. */
    static @Nullable WeightNorm weightNorm(@Nullable StoredTensor g, @Nullable StoredTensor v) {
        if (g == null || v == null || !areNumbers(g, v)) {
            return null;
        }
        OptionalInt dim = dim(g.shape(), v.shape());
        return dim.isPresent() ? new WeightNorm(g, v, dim.getAsInt()) : null;
    }

    /**
     * The dimension along which g holds norms: the only one in which it has more than one entry. One entry is the norm of the whole
     * tensor, for torch writes ones in all dimensions only where v has one slice.
     */
    private static OptionalInt dim(Shape g, Shape v) {
        if (v.rank() == 0 || v.elements() == 0) {
            return OptionalInt.empty();
        }
        if (g.elements() == 1) {
            return OptionalInt.of(WeightNorm.WHOLE);
        }
        List<Long> dims = g.dims();
        long length = g.elements();
        for (int i = 0; i < dims.size(); i++) {
            if (dims.get(i) == length && dims.size() == v.rank()) {
                return v.dims().get(i) == length ? OptionalInt.of(i) : OptionalInt.empty();
            }
        }
        return OptionalInt.empty();
    }

    /** The spectral norm of these parts; null if they have other shapes. */
    static @Nullable SpectralNorm spectralNorm(
            @Nullable StoredTensor original, @Nullable StoredTensor u, @Nullable StoredTensor v) {
        if (original == null || u == null || v == null || !areNumbers(original, u, v)) {
            return null;
        }
        if (u.shape().rank() != 1 || v.shape().rank() != 1) {
            return null;
        }
        boolean first = fits(original.shape(), 0, u.shape(), v.shape());
        boolean second = fits(original.shape(), 1, u.shape(), v.shape());
        if (first && second) {
            return new SpectralNorm(original, u, v, Orientation.EITHER);
        }
        if (!first && !second) {
            return null;
        }
        return new SpectralNorm(original, u, v, first ? Orientation.DIM_0 : Orientation.DIM_1);
    }

    private static boolean fits(Shape weight, int dim, Shape u, Shape v) {
        if (weight.rank() <= dim || weight.elements() == 0) {
            return false;
        }
        long rows = weight.dims().get(dim);
        return u.rows() == rows && v.rows() == weight.elements() / rows;
    }

    private static boolean areNumbers(StoredTensor... parts) {
        for (StoredTensor part : parts) {
            if (part.dtype().kind() == DType.Kind.INTEGER) {
                return false;
            }
        }
        return true;
    }
}
