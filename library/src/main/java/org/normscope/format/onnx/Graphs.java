package org.normscope.format.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.normscope.format.TensorBudget;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Layout;
import org.normscope.tensor.Position;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * Walks the graphs of a model and collects its tensors: initializers, and the values of Constant nodes. Those of a graph within a node have the
 * node and its attribute before their names: {@code loop/body/w}.
 */
final class Graphs {
    private static final int DEEPEST = 32;
    private static final int MOST_ATTRIBUTES = 10_000;
    private static final int MOST_PIECES = 1_000_000;
    private static final int LONGEST_NAME = 65_535;
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_TRAINING = 20;
    private static final int MODEL_FUNCTION = 25;

    private final ExternalFiles files;
    private final TensorBudget budget;
    private final Set<String> names = new HashSet<>();
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final List<Message> payloads = new ArrayList<>();
    private int graphs;
    private boolean hasTraining;

    Graphs(String file, ExternalFiles files) {
        this.files = files;
        this.budget = new TensorBudget(file);
    }

    /** Walks a whole {@code ModelProto}. */
    void model(Message model) throws BadCheckpointException, IOException {
        model.each(field -> {
            switch (field.number()) {
                case MODEL_GRAPH -> {
                    graphs++;
                    graph(field.content(), "", 0);
                }
                case MODEL_TRAINING -> hasTraining = true;
                case MODEL_FUNCTION -> function(field.content());
                default -> {}
            }
        });
        model.place().require(graphs == 1, "%d graphs, an ONNX model has one; export it again", graphs);
    }

    /** The tensors in the order of the model. */
    List<StoredTensor> tensors() {
        return tensors;
    }

    /** Where elements lie in the model's own file. */
    List<Message> payloads() {
        return payloads;
    }

    /** Whether there are graphs for training, which are not read. */
    boolean hasTraining() {
        return hasTraining;
    }

    private void graph(Message graph, String prefix, int depth) throws BadCheckpointException, IOException {
        graph.place().require(depth < DEEPEST, "graphs in graphs, more than %d deep", DEEPEST);
        int[] nodes = {0};
        graph.each(field -> {
            switch (field.number()) {
                case 1 -> node(field.content(), new Scope(prefix, nodes[0]++, depth));
                case 5 -> initializer(field.content(), prefix);
                case 15 -> sparse(field.content(), prefix);
                default -> {}
            }
        });
    }

    private void function(Message function) throws BadCheckpointException, IOException {
        StringBuilder name = new StringBuilder();
        List<Message> nodes = new ArrayList<>();
        function.each(field -> {
            if (field.number() == 1) {
                name.replace(0, name.length(), field.content().text(LONGEST_NAME));
            } else if (field.number() == 7) {
                add(nodes, field.content(), 1_000_000);
            }
        });
        for (int i = 0; i < nodes.size(); i++) {
            node(nodes.get(i), new Scope(name + "/", i, 0));
        }
    }

    /** Where a node lies: the names around it, its number in its graph, graphs around it. */
    private record Scope(String prefix, int index, int depth) {}

    /** Attributes are looked at when the whole node is known: fields come in any order. */
    private void node(Message node, Scope scope) throws BadCheckpointException, IOException {
        String[] words = {"", "", ""};
        List<Message> attributes = new ArrayList<>();
        node.each(field -> {
            switch (field.number()) {
                case 2 -> words[0] = words[0].isEmpty() ? field.content().text(LONGEST_NAME) : words[0];
                case 3 -> words[1] = field.content().text(LONGEST_NAME);
                case 4 -> words[2] = field.content().text(LONGEST_NAME);
                case 5 -> add(attributes, field.content(), MOST_ATTRIBUTES);
                default -> {}
            }
        });
        String output = words[0];
        String operator = words[2];
        String called = words[1].isEmpty() ? operator + "#" + scope.index : words[1];
        for (Message attribute : attributes) {
            attribute(attribute, operator.equals("Constant") ? scope.prefix + output : "", scope, called);
        }
    }

    private static void add(List<Message> list, Message message, int most) throws BadCheckpointException {
        message.place().require(list.size() < most, "more than %d attributes or nodes", most);
        list.add(message);
    }

    /** @param constant name of the tensor, if the node is a constant; else empty */
    private void attribute(Message attribute, String constant, Scope scope, String node)
            throws BadCheckpointException, IOException {
        StringBuilder name = new StringBuilder();
        List<Message> values = new ArrayList<>();
        List<Message> subgraphs = new ArrayList<>();
        attribute.each(field -> {
            switch (field.number()) {
                case 1 -> name.replace(0, name.length(), field.content().text(LONGEST_NAME));
                case 5 -> add(values, field.content(), 1);
                case 6, 11 -> add(subgraphs, field.content(), MOST_ATTRIBUTES);
                default -> {}
            }
        });
        for (Message value : values) {
            if (!constant.isEmpty()) {
                tensor(TensorProto.read(value), constant);
            }
        }
        for (Message subgraph : subgraphs) {
            graph(subgraph, scope.prefix + node + "/" + name + "/", scope.depth + 1);
        }
    }

    private void initializer(Message message, String prefix) throws BadCheckpointException, IOException {
        TensorProto proto = TensorProto.read(message);
        tensor(proto, prefix + proto.name());
    }

    private void tensor(TensorProto proto, String name) throws BadCheckpointException, IOException {
        keep(Placement.of(proto, name, files), proto.place());
        payloads.addAll(proto.pieces());
        proto.place().require(payloads.size() <= MOST_PIECES, "elements in more than %d pieces", MOST_PIECES);
    }

    /** A sparse tensor is listed with the dimensions that it stands for, and not read. */
    private void sparse(Message message, String prefix) throws BadCheckpointException, IOException {
        List<Message> values = new ArrayList<>();
        List<Long> dims = new ArrayList<>();
        message.each(field -> {
            if (field.number() == 1) {
                add(values, field.content(), 1);
            } else if (field.number() == 3 && !field.isDelimited()) {
                dims.add(field.value());
            } else if (field.number() == 3) {
                dims.addAll(TensorProto.packed(field.content()));
            }
            message.place().require(dims.size() <= TensorProto.MOST_DIMS, "a sparse tensor with too many dimensions");
        });
        message.place().require(values.size() == 1, "a sparse tensor without values");
        TensorProto proto = TensorProto.read(values.get(0));
        String name = prefix + proto.name();
        String word = "sparse " + proto.type(TensorProto.shown(name));
        Layout layout = new Layout.Opaque(0, message.start(), message.bytes(), word);
        keep(new StoredTensor(name, DType.OPAQUE, shape(dims, message.place()), layout), message.place());
    }

    private static Shape shape(List<Long> dims, Position place) throws BadCheckpointException {
        try {
            return new Shape(dims);
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw place.because("a sparse tensor of the dimensions %s", dims);
        }
    }

    private void keep(StoredTensor tensor, Position place) throws BadCheckpointException {
        budget.spend(tensor.name());
        place.require(
                names.add(tensor.name()),
                "tensor %s a second time; export the model again",
                TensorProto.shown(tensor.name()));
        tensors.add(tensor);
    }
}
