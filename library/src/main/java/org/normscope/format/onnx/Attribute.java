package org.normscope.format.onnx;

import java.util.List;

/** The value of a node's attribute, as far as graphs are understood here. */
public sealed interface Attribute {
    /** A floating point number. */
    record Real(double value) implements Attribute {}

    /** An integer. */
    record Whole(long value) implements Attribute {}

    /** A text. */
    record Text(String value) implements Attribute {}

    /** Floating point numbers. */
    record Reals(List<Double> values) implements Attribute {
        /** Copies the list. */
        public Reals {
            values = List.copyOf(values);
        }
    }

    /** Integers. */
    record Wholes(List<Long> values) implements Attribute {
        /** Copies the list. */
        public Wholes {
            values = List.copyOf(values);
        }
    }

    /** A tensor. */
    record Tensor(Constant value) implements Attribute {}

    /** One or more graphs: the node runs them, and they may use any value around it. */
    record Subgraph() implements Attribute {}

    /**
     * Anything else.
     *
     * @param what it is, in words
     */
    record Other(String what) implements Attribute {}
}
