package org.normscope.audit.network.onnx;

/** A value in a graph: the result of a node, a constant, or an input. */
sealed interface Value permits Fixed, Computed {
    /** Its shape. */
    Dims dims();
}
