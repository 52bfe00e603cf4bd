package org.normscope.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;

/**
 * Walks through what a pickle holds, depth first, in file order, without recursion. Each value is shown once for every
 * holder that has it, but what it holds is entered only the first time: a list that holds itself ends the walk there, and
 * forty levels of {@code [x, x]} are forty steps, not 2^40. So a value in two places is shown under both names, while what
 * lies below a shared holder is shown under the first.
 */
public final class PickleWalk {
    private static final PickleValue KEY = new PickleValue.Text("key");

    private PickleWalk() {}

    /** What is done at each value. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Looks at a value.
         *
         * @return whether to enter it, if it holds anything and wasn't entered yet
         * @throws BadCheckpointException if the value has no place here
         */
        boolean visit(Path path, PickleValue value) throws BadCheckpointException;
    }

    /** The way to a value. */
    public static final class Path {
        private static final int NO_INDEX = -1;
        private static final Path ROOT = new Path(null, null, NO_INDEX);

        private final @Nullable Path holder;
        private final @Nullable PickleValue key;
        private final int index;
        private final int depth;

        private Path(@Nullable Path holder, @Nullable PickleValue key, int index) {
            this.holder = holder;
            this.key = key;
            this.index = index;
            this.depth = holder == null ? 0 : holder.depth + 1;
        }

        /** The way to what holds the value; empty for the root. */
        public Optional<Path> holder() {
            return Optional.ofNullable(holder);
        }

        /** How many holders are above the value. */
        public int depth() {
            return depth;
        }

        /** The value's name in its holder: the key of a dict, the index in a list, empty for the state of an object. */
        public String label() {
            return key == null ? index == NO_INDEX ? "" : Integer.toString(index) : key.label();
        }

        /** The labels from the root to here that aren't empty. */
        public List<String> labels() {
            List<String> labels = new ArrayList<>();
            for (@Nullable Path path = this; path != null; path = path.holder) {
                String label = path.label();
                if (!label.isEmpty()) {
                    labels.add(label);
                }
            }
            Collections.reverse(labels);
            return labels;
        }

        /** Characters of {@link #toString}, which a hostile file can make too many for the heap. */
        public long length() {
            List<String> labels = labels();
            return labels.stream().mapToLong(String::length).sum() + Math.max(0, labels.size() - 1);
        }

        /** The labels with dots between them: {@code state_dict.net.0.weight}. */
        @Override
        public String toString() {
            return String.join(".", labels());
        }
    }

    /**
     * Shows every value to the visitor, the root first.
     *
     * @throws BadCheckpointException from the visitor
     */
    public static void over(PickleValue root, Visitor visitor) throws BadCheckpointException {
        Set<PickleValue> entered = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Iterator<Part>> open = new ArrayDeque<>();
        open.push(List.of(new Part(Path.ROOT, root)).iterator());
        while (!open.isEmpty()) {
            if (!open.element().hasNext()) {
                open.pop();
                continue;
            }
            Part part = open.element().next();
            boolean enter = visitor.visit(part.path(), part.value());
            if (enter && holds(part.value()) && entered.add(part.value())) {
                open.push(parts(part.path(), part.value()).iterator());
            }
        }
    }

    private record Part(Path path, PickleValue value) {}

    private static boolean holds(PickleValue value) {
        return value instanceof PickleObject || value instanceof PickleValue.Tuple;
    }

    private static Stream<Part> parts(Path path, PickleValue value) {
        if (value instanceof PickleValue.Tuple tuple) {
            return numbered(path, tuple.items());
        }
        if (value instanceof PickleObject.Sequence sequence) {
            return numbered(path, sequence.items());
        }
        if (value instanceof PickleObject.Members members) {
            return numbered(path, members.members());
        }
        if (value instanceof PickleObject.Dict dict) {
            return Stream.concat(named(path, dict.entries()), unnamed(path, dict.attributes()));
        }
        if (value instanceof PickleObject.Stub stub) {
            Stream<Part> filled = Stream.concat(numbered(path, stub.items()), named(path, stub.entries()));
            return Stream.concat(filled, unnamed(path, stub.state()));
        }
        if (value instanceof PickleObject.Call call) {
            return Stream.concat(numbered(path, call.arguments()), unnamed(path, call.state()));
        }
        return Stream.empty();
    }

    private static Stream<Part> numbered(Path path, Collection<PickleValue> items) {
        Iterator<PickleValue> each = items.iterator();
        return IntStream.range(0, items.size()).mapToObj(i -> new Part(new Path(path, null, i), each.next()));
    }

    /** Values under their keys; a key that holds values itself goes before its value. */
    private static Stream<Part> named(Path path, Collection<PickleObject.Dict.Entry> entries) {
        return entries.stream().flatMap(entry -> {
            Part value = new Part(new Path(path, entry.key(), Path.NO_INDEX), entry.value());
            return holds(entry.key())
                    ? Stream.of(new Part(new Path(path, KEY, Path.NO_INDEX), entry.key()), value)
                    : Stream.of(value);
        });
    }

    private static Stream<Part> unnamed(Path path, Optional<PickleValue> state) {
        return state.map(value -> new Part(new Path(path, null, Path.NO_INDEX), value)).stream();
    }
}
