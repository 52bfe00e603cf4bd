package org.normscope.format.pickle;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleObject.Dict;
import org.normscope.format.PickleObject.Members;
import org.normscope.format.PickleObject.Sequence;
import org.normscope.format.PickleObject.Stub;
import org.normscope.format.PickleValue;
import org.normscope.format.PickleValue.Global;
import org.normscope.format.PickleValue.Text;
import org.normscope.format.PickleValue.Tuple;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/** What may be put into what: items, entries, members, and the state of an object. */
final class Filling {
    private static final String DUNDER = "__";

    private final Spot spot;
    private final Set<PickleObject> built = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<PickleObject> states = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Dict, String> dunders = new IdentityHashMap<>();

    Filling(Spot spot) {
        this.spot = spot;
    }

    Sequence list(List<PickleValue> items) {
        return new Sequence(Constructors.LIST, items);
    }

    Dict dict(List<PickleValue> keysAndValues) throws BadCheckpointException {
        Dict dict = new Dict(Constructors.DICT);
        set(dict, keysAndValues);
        return dict;
    }

    Members members(Global type, List<PickleValue> items) throws BadCheckpointException {
        Members members = new Members(type);
        for (PickleValue item : items) {
            members.add(key(item));
        }
        return members;
    }

    void append(PickleValue target, List<PickleValue> items) throws BadCheckpointException {
        if (target instanceof Sequence sequence) {
            items.forEach(sequence::add);
        } else if (target instanceof Stub stub) {
            items.forEach(stub::add);
        } else {
            throw spot.because("items can't be appended to %s", target.inWords());
        }
    }

    void add(PickleValue target, List<PickleValue> items) throws BadCheckpointException {
        if (!(target instanceof Members members)) {
            throw spot.because("members can't be added to %s", target.inWords());
        }
        spot.require(!members.type().equals(Constructors.FROZENSET), "members can't be added to a frozenset");
        for (PickleValue item : items) {
            members.add(key(item));
        }
    }

    /** Sets entries; keys and values alternate. */
    void set(PickleValue target, List<PickleValue> keysAndValues) throws BadCheckpointException {
        spot.require(keysAndValues.size() % 2 == 0, "the last key has no value");
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            PickleValue key = key(keysAndValues.get(i));
            PickleValue value = keysAndValues.get(i + 1);
            if (target instanceof Dict dict) {
                put(dict, key, value);
            } else if (target instanceof Stub stub) {
                stub.put(key, value);
            } else {
                throw spot.because("entries can't be set in %s", target.inWords());
            }
        }
    }

    void put(Dict dict, PickleValue key, PickleValue value) throws BadCheckpointException {
        spot.require(!states.contains(dict), "the attributes of an object change after it was built");
        if (key instanceof Text text && isDunder(text.value())) {
            dunders.putIfAbsent(dict, text.value());
        }
        dict.put(key, value);
    }

    /** Gives an object its state, once. */
    void build(PickleValue target, PickleValue state) throws BadCheckpointException {
        if (target instanceof Stub stub) {
            claim(stub, state);
            stub.build(state);
        } else if (target instanceof Dict dict && !dict.type().equals(Constructors.DICT)) {
            claim(dict, state);
            dict.build(state);
        } else if (target instanceof PickleObject.Call call && Constructors.hasState(call.type())) {
            claim(call, state);
            call.build(state);
        } else {
            throw spot.because("%s can't have a state", target.inWords());
        }
    }

    private void claim(PickleObject target, PickleValue state) throws BadCheckpointException {
        spot.require(built.add(target), "%s is built twice", target.type());
        close(target, state);
        // Objects with slots: (attributes or None, slots).
        if (state instanceof Tuple pair && pair.items().size() == 2) {
            close(target, pair.items().get(0));
            close(target, pair.items().get(1));
        }
    }

    private void close(PickleObject target, PickleValue state) throws BadCheckpointException {
        if (!(state instanceof Dict dict)) {
            return;
        }
        states.add(dict);
        String dunder = dunders.get(dict);
        if (dunder != null) {
            throw spot.because(
                    "%s is given the attribute %s, which could change what it does; only data is read here",
                    target.type(), Printable.quoted(dunder));
        }
    }

    private PickleValue key(PickleValue value) throws BadCheckpointException {
        if (value.keySize() > PickleValue.LARGEST_KEY) {
            boolean never = value.keySize() == PickleValue.NOT_A_KEY;
            throw spot.because("%s %s", value.inWords(), never ? "can't be a key" : "is too large to be a key");
        }
        return value;
    }

    private static boolean isDunder(String name) {
        return name.length() > 2 * DUNDER.length() && name.startsWith(DUNDER) && name.endsWith(DUNDER);
    }
}
