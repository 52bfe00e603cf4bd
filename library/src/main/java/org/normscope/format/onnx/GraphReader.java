package org.normscope.format.onnx;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;

/** Makes an {@link OnnxGraph} of a {@code ModelProto}. */
final class GraphReader {
    private static final int LONGEST_NAME = 65_535;

    private final GraphBudget budget = new GraphBudget();
    private final AttributeReader attributes = new AttributeReader(budget);
    private final List<OnnxGraph.Input> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<OnnxGraph.Node> nodes = new ArrayList<>();
    private final Map<String, Constant> initializers = new LinkedHashMap<>();
    private final Set<String> functions = new HashSet<>();
    private long opset;

    OnnxGraph model(Message model) throws BadCheckpointException, IOException {
        model.each(field -> {
            switch (field.number()) {
                case 7 -> graph(field.content());
                case 8 -> opset(field.content());
                case 25 -> function(field.content());
                default -> {}
            }
        });
        List<OnnxGraph.Input> fromOutside = inputs.stream()
                .filter(input -> !initializers.containsKey(input.name()))
                .toList();
        return new OnnxGraph(opset, fromOutside, outputs, nodes, initializers, functions);
    }

    private void opset(Message message) throws BadCheckpointException, IOException {
        String[] domain = {""};
        long[] version = {0};
        message.each(field -> {
            if (field.number() == 1) {
                domain[0] = name(field);
            } else if (field.number() == 2) {
                version[0] = field.value();
            }
        });
        if (domain(domain[0]).isEmpty()) {
            opset = version[0];
        }
    }

    private void function(Message message) throws BadCheckpointException, IOException {
        String[] words = {"", ""};
        message.each(field -> {
            if (field.number() == 1) {
                words[1] = name(field);
            } else if (field.number() == 10) {
                words[0] = domain(name(field));
            }
        });
        functions.add(words[0] + "." + words[1]);
    }

    /** ONNX's own operators go by two names. */
    private static String domain(String written) {
        return written.equals("ai.onnx") ? "" : written;
    }

    private void graph(Message graph) throws BadCheckpointException, IOException {
        graph.each(field -> {
            switch (field.number()) {
                case 1 -> node(field.content());
                case 5 -> initializer(TensorProto.read(field.content()));
                case 11 -> input(field.content());
                case 12 -> outputs.add(valueName(field.content()));
                case 15 -> sparse(field.content());
                default -> {}
            }
        });
    }

    private void initializer(TensorProto proto) throws BadCheckpointException, IOException {
        budget.spendEntry(proto.place());
        initializers.put(proto.name(), SmallValues.constant(proto, budget));
    }

    /** A sparse initializer is a constant of which only the name counts. */
    private void sparse(Message message) throws BadCheckpointException, IOException {
        List<Message> values = new ArrayList<>();
        message.each(field -> {
            if (field.number() == 1 && values.isEmpty()) {
                values.add(field.content());
            }
        });
        if (!values.isEmpty()) {
            TensorProto proto = TensorProto.read(values.get(0));
            budget.spendEntry(proto.place());
            initializers.put(proto.name(), SmallValues.unread(proto.name(), proto));
        }
    }

    private void node(Message message) throws BadCheckpointException, IOException {
        budget.spendNode(message.place());
        String[] words = {"", "", ""};
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        Map<String, Attribute> found = new LinkedHashMap<>();
        message.each(field -> {
            switch (field.number()) {
                case 1 -> from.add(name(field));
                case 2 -> to.add(name(field));
                case 3 -> words[0] = name(field);
                case 4 -> words[1] = name(field);
                case 5 -> attributes.read(field.content(), found);
                case 7 -> words[2] = domain(name(field));
                default -> {}
            }
        });
        if (words[1].equals("Constant") && !to.isEmpty()) {
            found.replaceAll((key, value) -> value instanceof Attribute.Tensor tensor
                    ? new Attribute.Tensor(tensor.value().named(to.get(0)))
                    : value);
        }
        nodes.add(new OnnxGraph.Node(
                nodes.size(), words[0], words[1], words[2], List.copyOf(from), List.copyOf(to), Map.copyOf(found)));
    }

    private String name(Message.Field field) throws BadCheckpointException, IOException {
        return budget.text(field.content(), LONGEST_NAME);
    }

    private String valueName(Message info) throws BadCheckpointException, IOException {
        String[] name = {""};
        info.each(field -> name[0] = field.number() == 1 ? name(field) : name[0]);
        return name[0];
    }

    /** {@code ValueInfoProto}: a name and a type, of which only tensors are looked at. */
    private void input(Message info) throws BadCheckpointException, IOException {
        String[] name = {""};
        TensorType type = new TensorType();
        info.each(field -> {
            if (field.number() == 1) {
                name[0] = name(field);
            } else if (field.number() == 2) {
                field.content().each(kind -> {
                    if (kind.number() == 1) {
                        type.read(kind.content());
                    }
                });
            }
        });
        inputs.add(new OnnxGraph.Input(name[0], type.dtype, type.dims));
    }

    /** {@code TypeProto.Tensor}. */
    private final class TensorType {
        private DType dtype = DType.OPAQUE;

        @Nullable
        private List<Dim> dims;

        private void read(Message tensor) throws BadCheckpointException, IOException {
            tensor.each(field -> {
                if (field.number() == 1) {
                    dtype = OnnxType.byId(field.value()).map(OnnxType::dtype).orElse(DType.OPAQUE);
                } else if (field.number() == 2) {
                    List<Dim> found = new ArrayList<>();
                    field.content().each(dim -> {
                        dim.content()
                                .place()
                                .require(found.size() < TensorProto.MOST_DIMS, "an input with too many dimensions");
                        found.add(dim(dim.content()));
                    });
                    dims = found;
                }
            });
        }

        private Dim dim(Message message) throws BadCheckpointException, IOException {
            List<Dim> found = new ArrayList<>(1);
            message.each(field -> {
                Optional<Dim> dim = Optional.empty();
                if (field.number() == 1 && !field.isDelimited() && field.value() > 0) {
                    dim = Optional.of(Dim.of(field.value()));
                } else if (field.number() == 2) {
                    String symbol = name(field);
                    dim = symbol.isBlank() || symbol.startsWith("?") ? dim : Optional.of(Dim.named(symbol));
                }
                if (dim.isPresent()) {
                    found.clear();
                    found.add(dim.get());
                }
            });
            return found.isEmpty() ? Dim.unknown() : found.get(0);
        }
    }
}
