package org.normscope.audit.network.onnx;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.format.onnx.Constant;
import org.normscope.format.onnx.Dim;
import org.normscope.tensor.DType;

/**
 * A value that doesn't depend on the network's input, but perhaps on its shape.
 *
 * @param dims its shape
 * @param wholes its entries, row-major, if they are integers and known; one may be the open length of a dimension
 * @param reals its entries, row-major, if they are floating point numbers and known
 * @param origin the stored tensor whose entries it has
 * @param isRounded whether its entries were computed here, hence aren't exact
 */
record Fixed(
        Dims dims,
        @Nullable List<Whole> wholes,
        @Nullable List<Double> reals,
        @Nullable Origin origin,
        boolean isRounded)
        implements Value {
    /** Relative error of entries that are rounded: of far more operations than a graph can have. */
    static final double ROUNDED = 1e-10;

    /**
     * A tensor of the checkpoint.
     *
     * @param name as the checkpoint lists it
     * @param dtype of its elements
     * @param layout how the value's entries lie in it
     */
    record Origin(String name, DType dtype, Layout layout) {}

    /** How a value's entries lie in a stored tensor. */
    enum Layout {
        /** As they are stored. */
        AS_STORED,
        /** A matrix whose transpose is stored. */
        TRANSPOSED,
        /** In some other shape or order. */
        OTHER
    }

    /** A value of which nothing is known but its shape. */
    static Fixed unread(Dims dims) {
        return new Fixed(dims, null, null, null, false);
    }

    /** Integers, or lengths of dimensions. */
    static Fixed ofWholes(Dims dims, List<Whole> wholes) {
        return wholes.size() > Constant.MOST_VALUES
                ? unread(dims)
                : new Fixed(dims, List.copyOf(wholes), null, null, false);
    }

    /** Floating point numbers. */
    static Fixed ofReals(Dims dims, List<Double> reals) {
        return new Fixed(dims, null, List.copyOf(reals), null, false);
    }

    /** A stored tensor. */
    static Fixed of(Constant constant) {
        Dims dims = Dims.of(constant.shape().dims().stream().map(Dim::of).toList());
        Origin origin =
                constant.name().isEmpty() ? null : new Origin(constant.name(), constant.dtype(), Layout.AS_STORED);
        List<Whole> wholes = constant.wholes()
                .map(values -> values.stream().map(Whole::of).toList())
                .orElse(null);
        return new Fixed(dims, wholes, constant.reals().orElse(null), origin, false);
    }

    /** The single number, if this is one and it is known. */
    Optional<Double> number() {
        return dims.isSingle() && reals != null && reals.size() == 1 ? Optional.of(reals.get(0)) : Optional.empty();
    }

    /** The same entries in another shape. */
    Fixed in(Dims other) {
        Origin moved =
                origin == null || other.equals(dims) ? origin : new Origin(origin.name(), origin.dtype(), Layout.OTHER);
        return new Fixed(other, wholes, reals, moved, isRounded);
    }

    /** The smallest entry, or below; empty if entries aren't known, finite and there. */
    Optional<Double> least() {
        return isFinite() ? Optional.of(widened(Collections.min(known()), -1)) : Optional.empty();
    }

    /** The largest entry, or above; empty if entries aren't known, finite and there. */
    Optional<Double> most() {
        return isFinite() ? Optional.of(widened(Collections.max(known()), 1)) : Optional.empty();
    }

    private List<Double> known() {
        return reals == null ? List.of() : reals;
    }

    private boolean isFinite() {
        return !known().isEmpty() && known().stream().allMatch(Double::isFinite);
    }

    private double widened(double value, int direction) {
        return isRounded ? value + direction * Math.abs(value) * ROUNDED : value;
    }
}
