package org.normscope.format.torch;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleWalk;
import org.normscope.format.TensorBudget;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * The tensors of a pickle by their dotted paths from the root. What a module of torch's has beside its parameters, buffers and
 * modules is not entered, and those three words are no part of a name: names are those of its {@code state_dict()}.
 */
final class NamedTensors implements PickleWalk.Visitor {
    private static final Set<String> PARTS = Set.of("_parameters", "_buffers", "_modules");

    private final String file;
    private final TensorValues values;
    private final TensorBudget budget;
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Set<PickleWalk.Path> modules = Collections.newSetFromMap(new IdentityHashMap<>());
    private int arrays;
    private int attributes;

    private NamedTensors(String file, TensorValues values) {
        this.file = file;
        this.values = values;
        this.budget = new TensorBudget(file);
    }

    /** @throws BadCheckpointException if the root holds nothing, or a tensor is wrong */
    static NamedTensors of(String file, PickleValue root) throws BadCheckpointException {
        return of(file, root, TensorValues.CALLS);
    }

    /** The same where other values stand for tensors. */
    static NamedTensors of(String file, PickleValue root, TensorValues values) throws BadCheckpointException {
        boolean mayHold = root instanceof PickleObject || root instanceof PickleValue.Tuple || values.contains(root);
        if (!mayHold) {
            throw new BadCheckpointException(file + ": the pickle is " + root.inWords()
                    + ", there are no weights in it; give the file that has them");
        }
        NamedTensors found = new NamedTensors(file, values);
        PickleWalk.over(root, found);
        return found;
    }

    /** Tensors in the order of the file. */
    Map<String, TorchTensor> tensors() {
        return tensors;
    }

    /** Arrays of numpy's inside the pickle. */
    int arrays() {
        return arrays;
    }

    /** Tensors that are attributes of a module, neither parameters nor buffers. */
    int attributes() {
        return attributes;
    }

    @Override
    public boolean visit(PickleWalk.Path path, PickleValue value) throws BadCheckpointException {
        boolean besideModule = path.holder().map(this::isOfModule).orElse(false) && !PARTS.contains(path.label());
        PickleValue made = value instanceof PickleObject.Call call ? unwrapped(call) : value;
        boolean isTensor = values.contains(made);
        if (besideModule) {
            attributes += isTensor ? 1 : 0;
            return false;
        }
        if (isTensor) {
            add(path, fault -> values.tensor(made, fault));
            return false;
        }
        if (made instanceof PickleObject.Call call) {
            return enters(path, call);
        }
        if (isModule(value)) {
            modules.add(path);
        }
        return true;
    }

    private boolean isOfModule(PickleWalk.Path holder) {
        // The state of a stub lies under a path of its own, without a label.
        return holder.holder().map(modules::contains).orElse(false)
                && holder.label().isEmpty();
    }

    private static boolean isModule(PickleValue value) {
        return value instanceof PickleObject.Stub stub
                && (stub.attribute("_parameters").isPresent()
                        || stub.attribute("_modules").isPresent());
    }

    /** What a call makes that only says of what class a tensor is: a parameter, or another subclass of torch's. */
    private PickleValue unwrapped(PickleObject.Call call) throws BadCheckpointException {
        PickleObject.Call made = call;
        while (true) {
            String name = made.type().name();
            List<PickleValue> arguments = made.arguments();
            boolean parameter =
                    name.startsWith("_rebuild_parameter") || name.equals("Parameter") || name.equals("Variable");
            if (parameter && arguments.get(0) instanceof PickleObject.Call inner) {
                made = inner;
            } else if (parameter && values.contains(arguments.get(0))) {
                return arguments.get(0);
            } else if (name.startsWith("_rebuild_from_type")
                    && arguments.get(0) instanceof PickleValue.Global maker
                    && arguments.get(2) instanceof PickleValue.Tuple inner
                    && TensorCall.fits(maker, inner.items())) {
                made = new PickleObject.Call(maker, inner.items());
            } else {
                return made;
            }
        }
    }

    private boolean enters(PickleWalk.Path path, PickleObject.Call call) throws BadCheckpointException {
        String name = call.type().name();
        if (name.equals("_reconstruct") || name.equals("_frombuffer")) {
            arrays++;
            return false;
        }
        @Nullable UnreadTensor unread = UnreadTensor.of(call);
        if (unread == null) {
            return true;
        }
        add(path, fault -> unread);
        return false;
    }

    /** Makes a tensor, whose name is known by then. */
    @FunctionalInterface
    private interface Maker {
        TorchTensor make(StorageRef.Fault fault) throws BadCheckpointException;
    }

    private void add(PickleWalk.Path path, Maker maker) throws BadCheckpointException {
        if (path.length() > TensorBudget.MOST_NAME_CHARS) {
            throw new BadCheckpointException(file + ": a tensor's name has " + path.length() + " characters");
        }
        String name = name(path);
        budget.spend(name);
        TorchTensor tensor = maker.make(
                what -> new BadCheckpointException(file + ": tensor " + Printable.quoted(name) + ": " + what));
        for (int copy = 2; tensors.putIfAbsent(copy == 2 ? name : name + "#" + (copy - 1), tensor) != null; copy++) {
            budget.spend(name);
        }
    }

    private String name(PickleWalk.Path path) {
        String name = String.join(
                ".",
                path.labels().stream()
                        .filter(label -> modules.isEmpty() || !PARTS.contains(label))
                        .toList());
        return name.isEmpty() ? "tensor" : name;
    }
}
