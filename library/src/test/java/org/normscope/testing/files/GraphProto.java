package org.normscope.testing.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes ONNX models node by node. */
public final class GraphProto {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private final Proto graph = new Proto();
    private long opset = 17;
    private int nodes;

    /** A model with one input of floats and one output. */
    public static GraphProto of(String input, List<?> dims, String output) {
        return new GraphProto().input(input, FLOAT, dims).output(output);
    }

    /** Sets the version of ONNX's operators. */
    public GraphProto opset(long version) {
        opset = version;
        return this;
    }

    /**
     * Adds an input.
     *
     * @param dims integers and names
     */
    public GraphProto input(String name, int type, List<?> dims) {
        Proto shape = new Proto();
        for (Object dim : dims) {
            Proto one = dim instanceof Integer size
                    ? new Proto().number(1, size)
                    : new Proto().text(2, String.valueOf(dim));
            shape.message(1, one);
        }
        Proto tensor = new Proto().number(1, type).message(2, shape);
        graph.message(11, new Proto().text(1, name).message(2, new Proto().message(1, tensor)));
        return this;
    }

    /** Adds an output. */
    public GraphProto output(String name) {
        graph.message(12, new Proto().text(1, name));
        return this;
    }

    /** Adds an initializer of floats. */
    public GraphProto floats(String name, List<Integer> dims, double... values) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            raw.putFloat((float) value);
        }
        graph.message(5, tensor(name, FLOAT, dims).content(9, raw.array()));
        return this;
    }

    /** Adds a vector of integers as an initializer. */
    public GraphProto wholes(String name, long... values) {
        graph.message(5, wholes(name, List.of(values.length), values));
        return this;
    }

    /** Adds a single integer as an initializer. */
    public GraphProto integer(String name, long value) {
        graph.message(5, wholes(name, List.of(), value));
        return this;
    }

    private static Proto wholes(String name, List<Integer> dims, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            raw.putLong(value);
        }
        return tensor(name, INT64, dims).content(9, raw.array());
    }

    private static Proto tensor(String name, int type, List<Integer> dims) {
        Proto tensor = new Proto();
        dims.forEach(dim -> tensor.number(1, dim));
        return tensor.number(2, type).text(8, name);
    }

    /**
     * Adds a node, named by its operator and its place: {@code Relu_3}.
     *
     * @param inputs names with blanks between them; a {@code -} is left out
     * @param outputs names with blanks between them
     */
    public GraphProto node(String operator, String inputs, String outputs, Proto... attributes) {
        Proto node = new Proto();
        for (String input : inputs.isEmpty() ? new String[0] : inputs.split(" ")) {
            node.text(1, input.equals("-") ? "" : input);
        }
        for (String output : outputs.split(" ")) {
            node.text(2, output);
        }
        node.text(3, operator + "_" + nodes++).text(4, operator);
        for (Proto attribute : attributes) {
            node.message(5, attribute);
        }
        return node(node);
    }

    /** Adds a node that is written already. */
    public GraphProto node(Proto node) {
        graph.message(1, node);
        return this;
    }

    /** An integer. */
    public static Proto whole(String name, int value) {
        return new Proto().text(1, name).number(3, value).number(20, 2);
    }

    /** Integers. */
    public static Proto list(String name, long... values) {
        Proto attribute = new Proto().text(1, name);
        for (long value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, 7);
    }

    /** A number. */
    public static Proto real(String name, double value) {
        return new Proto()
                .text(1, name)
                .fixed32(2, Float.floatToIntBits((float) value))
                .number(20, 1);
    }

    /** A text. */
    public static Proto text(String name, String value) {
        return new Proto().text(1, name).text(4, value).number(20, 3);
    }

    /** The graph itself. */
    public Proto graph() {
        return graph;
    }

    /** The model. */
    public byte[] bytes() {
        return new Proto()
                .number(1, 8)
                .text(2, "by hand")
                .message(7, graph)
                .message(8, new Proto().text(1, "").number(2, opset))
                .bytes();
    }
}
