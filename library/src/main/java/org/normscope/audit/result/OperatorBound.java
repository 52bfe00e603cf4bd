package org.normscope.audit.result;

import java.io.Serializable;
import java.util.List;
import org.normscope.bound.Interval;
import org.normscope.convolution.Geometry;

/**
 * The norm of a convolution as an operator, not of its reshaped kernel.
 *
 * @param interval contains it for the geometry; its upper end holds for every geometry if one was assumed
 * @param evaluations frequencies at which the symbol was asked for; 0 where the reshaped kernel says it all
 * @param geometry how the kernel moves
 * @param assumed what of that is assumed and not known, in words
 */
public record OperatorBound(Interval interval, long evaluations, Geometry geometry, List<String> assumed)
        implements Serializable {
    private static final List<String> UNKNOWN =
            List.of("stride 1", "dilation 1", "groups 1", "padding_mode zeros or circular");

    /** Of a layer of which only the kernel is known, with so many spatial dimensions. */
    public static OperatorBound ofUnknownLayer(Interval interval, long evaluations, int dims) {
        return new OperatorBound(interval, evaluations, Geometry.unknown(dims), UNKNOWN);
    }

    /** Copies the list. */
    public OperatorBound {
        assumed = List.copyOf(assumed);
    }

    /** Steps per spatial dimension. */
    public List<Integer> stride() {
        return geometry.stride();
    }

    /** Distance of neighboring taps per spatial dimension. */
    public List<Integer> dilation() {
        return geometry.dilation();
    }

    /** Independent convolutions beside each other. */
    public int groups() {
        return geometry.groups();
    }

    /** Whether it is the adjoint, with the same norm; false where that is unknown. */
    public boolean transposed() {
        return geometry.transposed();
    }
}
