package org.normscope.audit.result;

import java.io.Serializable;
import java.util.List;
import org.normscope.audit.plan.KernelUse;
import org.normscope.bound.Interval;
import org.normscope.convolution.Geometry;

/**
 * The norm of a convolution as an operator, not of its reshaped kernel.
 *
 * @param interval contains it for the geometry; where a number of that is assumed to be 1, its upper end holds for every one
 * @param evaluations frequencies at which the symbol was asked for; 0 where the reshaped kernel says it all
 * @param geometry how the kernel moves
 * @param assumed what of that is assumed and not known, in words
 */
public record OperatorBound(Interval interval, long evaluations, Geometry geometry, List<String> assumed)
        implements Serializable {
    /** Of a layer that uses its kernel so. */
    public static OperatorBound of(KernelUse use, Interval interval, long evaluations) {
        return new OperatorBound(interval, evaluations, use.geometry(), use.assumed());
    }

    /** Copies the list. */
    public OperatorBound {
        assumed = List.copyOf(assumed);
    }

    /** The geometry in words. */
    public String movement() {
        return "stride " + stride() + " dilation " + dilation() + " groups " + groups()
                + (transposed() ? " transposed" : "");
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
