package org.normscope.format.pickle;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleObject.Dict;
import org.normscope.format.PickleObject.Sequence;
import org.normscope.format.PickleObject.Stub;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Global;
import org.normscope.format.PickleValue.PersistentId;
import org.normscope.format.PickleValue.Text;
import org.normscope.format.PickleValue.Tuple;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * What becomes of a call. A constructor of the table makes a value. Any other class or function that is called without
 * arguments makes a stub. Everything else is rejected.
 */
final class Making {
    private static final int LONGEST_ID = 16;

    private final Spot spot;
    private final Allowance allowance;
    private final Filling filling;
    private final PersistentIds ids;
    private final SortedMap<String, Integer> stubs = new TreeMap<>();

    Making(Spot spot, Allowance allowance, Filling filling, PersistentIds ids) {
        this.spot = spot;
        this.allowance = allowance;
        this.filling = filling;
        this.ids = ids;
    }

    /** Objects made so far of each class that is not known here. */
    SortedMap<String, Integer> stubs() {
        return stubs;
    }

    PickleValue make(PickleValue callable, List<PickleValue> arguments) throws BadCheckpointException {
        if (!(callable instanceof Global global)) {
            throw spot.because("%s is called; only data is read here", callable.inWords());
        }
        @Nullable Constructor constructor = Constructors.find(global);
        return constructor == null ? stub(global, arguments) : value(constructor, arguments);
    }

    private PickleValue value(Constructor constructor, List<PickleValue> arguments) throws BadCheckpointException {
        int count = arguments.size();
        boolean possible = constructor.fewest() <= count && count <= constructor.most();
        if (!possible) {
            throw spot.because(
                    "%s is called with %d arguments, not with %s", constructor.name(), count, constructor.range());
        }
        return constructor.effect().make(this, constructor.name(), arguments);
    }

    private PickleValue stub(Global type, List<PickleValue> arguments) throws BadCheckpointException {
        if (!arguments.isEmpty()) {
            throw spot.because(
                    "%s is called with arguments; only data is read here: save the weights alone, as in"
                            + " torch.save(model.state_dict(), path)",
                    Printable.quoted(type.toString()));
        }
        String name = type.toString();
        if (stubs.merge(name, 1, Integer::sum) == 1) {
            allowance.strings(name.length());
        }
        return new Stub(type);
    }

    /** A persistent id; the one by which old files name the class of a module is the class. */
    PickleValue persistent(PickleValue id) throws BadCheckpointException {
        if (id instanceof Text text && ids == PersistentIds.TEXTS) {
            return new PersistentId(new Tuple(List.of(text)));
        }
        if (!(id instanceof Tuple tuple)) {
            throw spot.because("a persistent id must be a tuple, not %s", id.inWords());
        }
        requireInert(tuple);
        for (PickleValue part : tuple.items()) {
            if (part instanceof Tuple inner) {
                requireInert(inner);
                spot.require(inner.items().stream().noneMatch(Tuple.class::isInstance), "a persistent id is too deep");
            }
        }
        return ids.moduleClass(tuple).orElse(new PersistentId(tuple));
    }

    private void requireInert(Tuple id) throws BadCheckpointException {
        int size = id.items().size();
        spot.require(size <= LONGEST_ID, "a persistent id of %d parts", size);
        for (PickleValue part : id.items()) {
            if (part instanceof PickleObject || part instanceof PersistentId) {
                throw spot.because("a persistent id holds %s; only plain values belong there", part.inWords());
            }
        }
    }

    PickleValue reject(Global name) throws BadCheckpointException {
        throw spot.because("%s would read a pickle inside this pickle; only data is read here", name);
    }

    /** {@code (class, object, None)}: an object of the class, made without arguments. */
    PickleValue reconstruct(List<PickleValue> arguments) throws BadCheckpointException {
        boolean plain = arguments.get(1) instanceof Global base
                && Constructors.canonical(base).equals(Constructors.OBJECT)
                && arguments.get(2) == PickleValue.None.NONE;
        if (!plain) {
            throw spot.because(
                    "%s is made from %s; only data is read here",
                    arguments.get(0).inWords(), arguments.get(2).inWords());
        }
        return newObject(arguments.subList(0, 1));
    }

    /** A class and its arguments. */
    PickleValue newObject(List<PickleValue> arguments) throws BadCheckpointException {
        PickleValue type = arguments.get(0);
        boolean indirect = type instanceof Global global
                && Constructors.canonical(global).module().equals(Constructors.INDIRECT);
        if (indirect) {
            throw spot.because("%s makes another maker", type.inWords());
        }
        allowance.steps(arguments.size());
        return make(type, arguments.subList(1, arguments.size()));
    }

    /** A dict from nothing, from a dict, or from pairs. */
    PickleValue dict(Global type, List<PickleValue> arguments) throws BadCheckpointException {
        Dict made = new Dict(type);
        if (!arguments.isEmpty() && arguments.get(0) instanceof Dict other) {
            allowance.steps(other.entries().size());
            for (Dict.Entry entry : other.entries()) {
                filling.put(made, entry.key(), entry.value());
            }
        } else if (!arguments.isEmpty()) {
            for (PickleValue pair : items(arguments.get(0))) {
                Collection<PickleValue> both = items(pair);
                spot.require(both.size() == 2, "a dict is made from items that aren't pairs");
                filling.set(made, List.copyOf(both));
            }
        }
        return made;
    }

    /** A dict whose missing values a class or function would make. */
    PickleValue defaultDict(Global type, List<PickleValue> arguments) throws BadCheckpointException {
        spot.require(
                arguments.isEmpty() || arguments.get(0) instanceof Global || arguments.get(0) == PickleValue.None.NONE,
                "the missing values of a dict are made by a class or function");
        return dict(type, arguments.subList(Math.min(1, arguments.size()), arguments.size()));
    }

    /** A sequence from nothing or from a sequence; a length that it may have is not applied. */
    PickleValue sequence(Global type, List<PickleValue> arguments) throws BadCheckpointException {
        return new Sequence(type, arguments.isEmpty() ? List.of() : items(arguments.get(0)));
    }

    PickleValue members(Global type, List<PickleValue> arguments) throws BadCheckpointException {
        return filling.members(type, arguments.isEmpty() ? List.of() : items(arguments.get(0)));
    }

    /** Bytes from nothing, from bytes, or from a text in an encoding; that is how Python 3 writes bytes in protocol 2. */
    PickleValue bytes(List<PickleValue> arguments) throws BadCheckpointException {
        if (arguments.isEmpty()) {
            return new PickleValue.Bytes(new byte[0]);
        }
        if (arguments.get(0) instanceof PickleValue.Bytes bytes && arguments.size() == 1) {
            return bytes;
        }
        if (arguments.size() == 2
                && arguments.get(0) instanceof Text text
                && arguments.get(1) instanceof Text encoding) {
            return new PickleValue.Bytes(encoded(text.value(), encoding.value()));
        }
        throw spot.because("bytes are made from %s", arguments.get(0).inWords());
    }

    private byte[] encoded(String text, String encoding) throws BadCheckpointException {
        spot.require(
                encoding.equals("latin1") || encoding.equals("latin-1"),
                "bytes are written in the encoding %s, not in latin1",
                Printable.quoted(encoding));
        allowance.strings(text.length());
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            spot.require(text.charAt(i) <= 0xFF, "the text of bytes holds a character beyond latin1");
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    /** The items of a list or tuple that are about to be copied. */
    private List<PickleValue> items(PickleValue value) throws BadCheckpointException {
        if (!(value instanceof Sequence || value instanceof Tuple)) {
            throw spot.because("a list or tuple is expected, not %s", value.inWords());
        }
        List<PickleValue> items = value instanceof Sequence sequence ? sequence.items() : ((Tuple) value).items();
        allowance.steps(items.size());
        return items;
    }
}
