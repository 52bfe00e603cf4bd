package org.normscope.format.onnx;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Position;

/**
 * The main graph of an ONNX model: how values are made of each other. What is here has been parsed, not checked: names may refer to nothing.
 *
 * @param opset version of ONNX's own operators that the model asks for; 0 if it asks for none
 * @param inputs values from outside, without those that have an initializer
 * @param outputs names of the results
 * @param nodes in the order of the file
 * @param initializers by name
 * @param functions operators that the model defines itself, as domain and name: {@code custom.Norm}; ONNX's own domain is empty
 */
public record OnnxGraph(
        long opset,
        List<Input> inputs,
        List<String> outputs,
        List<Node> nodes,
        Map<String, Constant> initializers,
        Set<String> functions) {
    /**
     * A value from outside.
     *
     * @param name by which nodes refer to it
     * @param dtype of its elements; opaque if it is no tensor, or of a type without a {@link DType}
     * @param dims null if nothing is said of them
     */
    public record Input(String name, DType dtype, @Nullable List<Dim> dims) {}

    /**
     * An operator at work.
     *
     * @param index position in the file, from 0
     * @param name may be empty
     * @param operator such as {@code Conv}
     * @param domain empty for ONNX's own operators
     * @param inputs names; an empty one is an optional input that is left out
     * @param outputs names; an empty one is an output that nobody asks for
     * @param attributes by name
     */
    public record Node(
            int index,
            String name,
            String operator,
            String domain,
            List<String> inputs,
            List<String> outputs,
            Map<String, Attribute> attributes) {
        /** The name, or operator and position where it has none: {@code Conv#3}. */
        public String label() {
            return name.isEmpty() ? operator + "#" + index : name;
        }

        /** An integer. */
        public OptionalLong whole(String attribute) {
            return attributes.get(attribute) instanceof Attribute.Whole whole
                    ? OptionalLong.of(whole.value())
                    : OptionalLong.empty();
        }

        /** A floating point number. */
        public Optional<Double> real(String attribute) {
            return attributes.get(attribute) instanceof Attribute.Real real
                    ? Optional.of(real.value())
                    : Optional.empty();
        }

        /** A text. */
        public Optional<String> text(String attribute) {
            return attributes.get(attribute) instanceof Attribute.Text text
                    ? Optional.of(text.value())
                    : Optional.empty();
        }

        /** Integers. */
        public Optional<List<Long>> wholes(String attribute) {
            return attributes.get(attribute) instanceof Attribute.Wholes wholes
                    ? Optional.of(wholes.values())
                    : Optional.empty();
        }

        /** Whether it runs graphs of its own. */
        public boolean hasSubgraph() {
            return attributes.values().stream().anyMatch(Attribute.Subgraph.class::isInstance);
        }
    }

    /** Copies the collections. */
    public OnnxGraph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        initializers = Map.copyOf(initializers);
        functions = Set.copyOf(functions);
    }

    /**
     * Reads the graph of a model. Elements of large tensors are skipped.
     *
     * @param location a file that {@link OnnxFormat} reads
     * @throws BadCheckpointException if the graph is damaged, or too large to be held
     * @throws IOException if the storage fails
     */
    public static OnnxGraph read(Storage storage, String location) throws BadCheckpointException, IOException {
        try (RangeReader in = storage.open(location)) {
            new Position(location, 0)
                    .require(in.length() <= Integer.MAX_VALUE, "%d bytes are no protobuf message", in.length());
            return new GraphReader().model(new Message(new Source(location, in), 0, in.length()));
        }
    }
}
