package org.normscope.format.pickle;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.normscope.format.PickleObject;
import org.normscope.format.PickleValue;

/** A value in words, the same that {@code shown} of {@code make_pickles.py} writes. For small values: it recurs. */
final class Shown {
    private final Deque<PickleValue> above = new ArrayDeque<>();

    private Shown() {}

    static String of(PickleValue value) {
        return new Shown().show(value);
    }

    private String show(PickleValue value) {
        if (above.stream().anyMatch(holder -> holder == value)) {
            return "...";
        }
        above.push(value);
        String shown = value instanceof PickleObject object ? show(object) : plain(value);
        above.pop();
        return shown;
    }

    private String plain(PickleValue value) {
        if (value instanceof PickleValue.Real real) {
            return "f" + HexFormat.of().toHexDigits(Double.doubleToRawLongBits(real.value()));
        }
        if (value instanceof PickleValue.Text text) {
            return quoted(text.value());
        }
        if (value instanceof PickleValue.Bytes bytes) {
            byte[] content = new byte[bytes.content().remaining()];
            bytes.content().get(content);
            return "b" + HexFormat.of().formatHex(content);
        }
        if (value instanceof PickleValue.Tuple tuple) {
            return all(tuple.items(), "(", ")");
        }
        if (value instanceof PickleValue.PersistentId id) {
            return "@" + show(id.id());
        }
        return value instanceof PickleValue.Global global ? "<" + global + ">" : value.label();
    }

    private String show(PickleObject object) {
        String type =
                object.type().module().endsWith("builtin") ? "" : object.type().toString();
        String name = List.of("builtins.list", "builtins.dict", "builtins.set").contains(type) ? "" : type;
        if (object instanceof PickleObject.Sequence sequence) {
            return name + all(sequence.items(), "[", "]");
        }
        if (object instanceof PickleObject.Members members) {
            return name + all(members.members(), "{", "}");
        }
        if (object instanceof PickleObject.Dict dict) {
            return name + entries(dict.entries()) + state(dict.attributes().map(this::show));
        }
        if (object instanceof PickleObject.Call call) {
            return name + all(call.arguments(), "(", ")") + state(call.state().map(this::show));
        }
        PickleObject.Stub stub = (PickleObject.Stub) object;
        String items = stub.items().isEmpty() ? "" : all(stub.items(), "[", "]");
        String entries = stub.entries().isEmpty() ? "" : entries(stub.entries());
        return "stub " + name + items + entries + state(stub.state().map(this::show));
    }

    private static String state(java.util.Optional<String> state) {
        return state.map(shown -> "|" + shown).orElse("");
    }

    private String all(Collection<PickleValue> items, String open, String close) {
        return joined(items, this::show, open, close);
    }

    private String entries(Collection<PickleObject.Dict.Entry> entries) {
        return joined(entries, entry -> show(entry.key()) + ": " + show(entry.value()), "{", "}");
    }

    private static <T> String joined(Collection<T> items, Function<T, String> show, String open, String close) {
        return items.stream().map(show).collect(Collectors.joining(", ", open, close));
    }

    /** As JSON with ASCII letters only. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            int named = "\"\\\n\r\t\b\f".indexOf(c);
            if (named >= 0) {
                out.append('\\').append("\"\\nrtbf".charAt(named));
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
