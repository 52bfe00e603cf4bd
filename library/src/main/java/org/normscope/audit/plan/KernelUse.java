package org.normscope.audit.plan;

import java.io.Serializable;
import java.util.List;
import org.normscope.convolution.Geometry;

/**
 * How a layer moves the kernel that it applies, as somebody says who knows the network.
 *
 * @param geometry of the layer; where a number isn't said, one whose norm bounds that of all
 * @param assumed what of that isn't said, in words
 */
public record KernelUse(Geometry geometry, List<String> assumed) implements Serializable {
    /** By nobody: norms of operators aren't wanted. */
    public static final KernelUse NONE = new KernelUse(Geometry.unknown(1), List.of("everything"));

    private static final List<String> UNKNOWN =
            List.of("stride 1", "dilation 1", "groups 1", "padding_mode zeros or circular");

    /** Copies the list. */
    public KernelUse {
        assumed = List.copyOf(assumed);
    }

    /**
     * By a layer of which nothing is said.
     *
     * @param dims spatial dimensions
     */
    public static KernelUse unknown(int dims) {
        return new KernelUse(Geometry.unknown(dims), UNKNOWN);
    }
}
