package org.normscope.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.Printable;

/**
 * A value of a pickle with an identity. It may be filled after others have come to hold it, so it may hold itself. Only
 * the machine that reads the pickle fills it; once the pickle is read, nothing changes. Equal by identity.
 */
public sealed interface PickleObject extends PickleValue
        permits PickleObject.Sequence, PickleObject.Dict, PickleObject.Members, PickleObject.Stub, PickleObject.Call {
    /** The class, or the function that would make the object, e.g. {@code collections.OrderedDict}. */
    Global type();

    /** A {@code list} or {@code deque}. */
    final class Sequence implements PickleObject {
        private final Global type;
        private final ArrayList<PickleValue> items;

        /** A sequence that begins with a copy of these items. */
        public Sequence(Global type, Collection<PickleValue> items) {
            this.type = type;
            this.items = new ArrayList<>(items);
        }

        @Override
        public Global type() {
            return type;
        }

        /** The items in order, unmodifiable. */
        public List<PickleValue> items() {
            return Collections.unmodifiableList(items);
        }

        /** Appends an item. */
        public void add(PickleValue item) {
            items.add(item);
        }

        @Override
        public String inWords() {
            return "a list of " + items.size();
        }

        @Override
        public long keySize() {
            return NOT_A_KEY;
        }
    }

    /**
     * A {@code dict}, {@code OrderedDict}, {@code defaultdict} or {@code Counter}. Keys are as in Python: 1, 1.0 and True
     * are the same, a later value replaces an earlier one in its place; objects are keys by identity.
     */
    final class Dict implements PickleObject {
        private final Global type;
        private @Nullable Map<PickleKey, Entry> entries;
        private @Nullable PickleValue attributes;

        /** A key with its value. */
        public record Entry(PickleValue key, PickleValue value) {}

        /** An empty dict. */
        public Dict(Global type) {
            this.type = type;
        }

        @Override
        public Global type() {
            return type;
        }

        /** The entries in the order in which their keys came first, unmodifiable. */
        public Collection<Entry> entries() {
            return entries == null ? List.of() : Collections.unmodifiableCollection(entries.values());
        }

        /** The value of a text key. */
        public Optional<PickleValue> get(String key) {
            return entries == null
                    ? Optional.empty()
                    : Optional.ofNullable(entries.get(PickleKey.of(new Text(key))))
                            .map(Entry::value);
        }

        /**
         * Sets a value.
         *
         * @param key of {@link #keySize} up to {@link #LARGEST_KEY}
         */
        public void put(PickleValue key, PickleValue value) {
            if (entries == null) {
                entries = new LinkedHashMap<>();
            }
            PickleKey place = PickleKey.of(key);
            @Nullable Entry present = entries.get(place);
            entries.put(place, new Entry(present == null ? key : present.key(), value));
        }

        /** What a BUILD set on the dict itself, as {@code _metadata} of a state dict. */
        public Optional<PickleValue> attributes() {
            return Optional.ofNullable(attributes);
        }

        /** Sets the attributes. */
        public void build(PickleValue state) {
            attributes = state;
        }

        @Override
        public String inWords() {
            return "a dict of " + entries().size();
        }

        @Override
        public long keySize() {
            return NOT_A_KEY;
        }
    }

    /** A {@code set} or {@code frozenset}. */
    final class Members implements PickleObject {
        private final Global type;
        private @Nullable Map<PickleKey, PickleValue> members;

        /** An empty set. */
        public Members(Global type) {
            this.type = type;
        }

        @Override
        public Global type() {
            return type;
        }

        /** The members in the order of the file, each once, unmodifiable. */
        public Collection<PickleValue> members() {
            return members == null ? List.of() : Collections.unmodifiableCollection(members.values());
        }

        /**
         * Adds a member.
         *
         * @param member of {@link #keySize} up to {@link #LARGEST_KEY}
         */
        public void add(PickleValue member) {
            if (members == null) {
                members = new LinkedHashMap<>();
            }
            members.putIfAbsent(PickleKey.of(member), member);
        }

        @Override
        public String inWords() {
            return "a set of " + members().size();
        }

        @Override
        public long keySize() {
            return type.name().equals("frozenset") ? 1 : NOT_A_KEY;
        }
    }

    /**
     * An object of a class that is not known here, made without arguments: what the file said of it, and nothing that its
     * code would have done.
     */
    final class Stub implements PickleObject {
        private final Global type;
        private @Nullable PickleValue state;
        private @Nullable Sequence items;
        private @Nullable Dict entries;

        /** An object without content. */
        public Stub(Global type) {
            this.type = type;
        }

        @Override
        public Global type() {
            return type;
        }

        /** What a BUILD gave: as a rule a dict of attributes, or a pair (dict or None, dict of slots). */
        public Optional<PickleValue> state() {
            return Optional.ofNullable(state);
        }

        /** An attribute, looked for in the slots and then in the dict of attributes. */
        public Optional<PickleValue> attribute(String name) {
            if (state instanceof Tuple pair && pair.items().size() == 2) {
                return attribute(pair.items().get(1), name)
                        .or(() -> attribute(pair.items().get(0), name));
            }
            return state == null ? Optional.empty() : attribute(state, name);
        }

        private static Optional<PickleValue> attribute(PickleValue holder, String name) {
            return holder instanceof Dict dict ? dict.get(name) : Optional.empty();
        }

        /** What was appended, as to a subclass of list, unmodifiable. */
        public List<PickleValue> items() {
            return items == null ? List.of() : items.items();
        }

        /** The entries that were set, as in a subclass of dict, unmodifiable. */
        public Collection<Dict.Entry> entries() {
            return entries == null ? List.of() : entries.entries();
        }

        /** Sets the state. */
        public void build(PickleValue newState) {
            state = newState;
        }

        /** Appends an item. */
        public void add(PickleValue item) {
            if (items == null) {
                items = new Sequence(type, List.of());
            }
            items.add(item);
        }

        /** Sets an entry, under the conditions of {@link Dict#put}. */
        public void put(PickleValue key, PickleValue value) {
            if (entries == null) {
                entries = new Dict(type);
            }
            entries.put(key, value);
        }

        @Override
        public String inWords() {
            return "an object of class " + Printable.quoted(type.toString());
        }
    }

    /** A call that makes a value, taken down and not carried out; the function is one of a closed table. */
    final class Call implements PickleObject {
        private final Global type;
        private final List<PickleValue> arguments;
        private @Nullable PickleValue state;

        /** Copies the arguments. */
        public Call(Global type, List<PickleValue> arguments) {
            this.type = type;
            this.arguments = List.copyOf(arguments);
        }

        /** The function as the table names it: {@code numpy.core...} also where the file says {@code numpy._core...}. */
        @Override
        public Global type() {
            return type;
        }

        /** The arguments in order, unmodifiable; how many are possible was checked, their types were not. */
        public List<PickleValue> arguments() {
            return arguments;
        }

        /** What a BUILD gave, as the content of a numpy array. */
        public Optional<PickleValue> state() {
            return Optional.ofNullable(state);
        }

        /** Sets the state. */
        public void build(PickleValue newState) {
            state = newState;
        }

        @Override
        public String inWords() {
            return "a value made by " + type;
        }
    }
}
