package org.normscope.audit.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * Makes a network description of a template: {@code ${expression}} in strings is replaced, {@code if} and {@code repeat} are carried out.
 * What has neither stays as it is.
 */
final class Expansion {
    /** Values that a description may consist of. */
    private static final int MOST = 500_000;

    private static final List<String> CHOICE = List.of("if", "then", "else");
    private static final List<String> REPETITION = List.of("repeat", "as", "items");

    private int made;

    private Expansion() {}

    /**
     * The description.
     *
     * @param template as it was read
     * @param scope values of config.json
     * @throws BadCheckpointException if an expression is wrong or a value is missing
     */
    static Map<String, Object> of(Map<String, Object> template, Scope scope) throws BadCheckpointException {
        Map<String, Object> rest = new LinkedHashMap<>(template);
        Object defaults = rest.remove("defaults");
        Object definitions = rest.remove("let");
        Expansion expansion = new Expansion();
        Scope known = scope;
        for (Map.Entry<?, ?> entry : definitions(scope, "defaults", defaults)) {
            String name = String.valueOf(entry.getKey());
            known = known.has(name) ? known : expansion.defined(known, name, entry.getValue());
        }
        for (Map.Entry<?, ?> entry : definitions(scope, "let", definitions)) {
            known = expansion.defined(known, String.valueOf(entry.getKey()), entry.getValue());
        }
        return expansion.object(rest, known);
    }

    private static Set<? extends Map.Entry<?, ?>> definitions(Scope scope, String key, @Nullable Object value)
            throws BadCheckpointException {
        if (value != null && !(value instanceof Map<?, ?>)) {
            throw scope.because(key + " must be an object");
        }
        return value instanceof Map<?, ?> map ? map.entrySet() : Set.of();
    }

    private Scope defined(Scope scope, String name, Object value) throws BadCheckpointException {
        List<Object> found = expanded(value, scope);
        boolean plain = found.size() == 1 && !(found.get(0) instanceof Map) && !(found.get(0) instanceof List);
        if (!plain) {
            throw scope.because(name + " must be a number, a string, true or false");
        }
        return scope.with(name, found.get(0));
    }

    /** What becomes of a value: itself, or in place of a choice or repetition none, one or many. */
    private List<Object> expanded(@Nullable Object value, Scope scope) throws BadCheckpointException {
        if (++made > MOST) {
            throw scope.because("makes more than " + MOST + " values");
        }
        if (value == null) {
            return List.of();
        }
        if (value instanceof String text) {
            return List.of(text(text, scope));
        }
        if (value instanceof List<?> list) {
            return List.of(list(list, scope));
        }
        if (!(value instanceof Map<?, ?> map)) {
            return List.of(value);
        }
        if (map.containsKey("if")) {
            return choice(map, scope);
        }
        return map.containsKey("repeat") ? repetition(map, scope) : List.of(object(map, scope));
    }

    private List<Object> list(List<?> list, Scope scope) throws BadCheckpointException {
        List<Object> found = new ArrayList<>();
        for (Object value : list) {
            List<Object> values = expanded(value, scope);
            boolean spliced = value instanceof Map<?, ?> map && map.containsKey("if");
            for (Object one : values) {
                if (spliced && one instanceof List<?> several) {
                    found.addAll(several);
                } else {
                    found.add(one);
                }
            }
        }
        return found;
    }

    private Map<String, Object> object(Map<?, ?> object, Scope scope) throws BadCheckpointException {
        Map<String, Object> found = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            List<Object> values = expanded(entry.getValue(), scope);
            if (values.size() > 1) {
                throw scope.because(entry.getKey() + " can't be repeated; put the repetition into a list");
            }
            if (!values.isEmpty()) {
                found.put(String.valueOf(text(String.valueOf(entry.getKey()), scope)), values.get(0));
            }
        }
        return found;
    }

    /** One branch, or nothing where there is none for the case. */
    private List<Object> choice(Map<?, ?> map, Scope scope) throws BadCheckpointException {
        requireOnly(map, CHOICE, scope);
        if (Expression.value(scope, String.valueOf(map.get("if"))) instanceof Boolean taken) {
            return expanded(map.get(taken ? "then" : "else"), scope);
        }
        throw scope.because(map.get("if") + " is neither true nor false");
    }

    private List<Object> repetition(Map<?, ?> map, Scope scope) throws BadCheckpointException {
        requireOnly(map, REPETITION, scope);
        String expression = map.get("repeat") instanceof Double number
                ? Expression.shown(number)
                : String.valueOf(map.get("repeat"));
        boolean whole = Expression.value(scope, expression) instanceof Double number
                && number >= 0
                && number == Math.rint(number)
                && number <= MOST;
        if (!whole || !(map.get("as") instanceof String name) || !(map.get("items") instanceof List<?> items)) {
            throw scope.because("repeat " + expression + " needs a whole number, a name as 'as' and a list as 'items'");
        }
        double times = (Double) Expression.value(scope, expression);
        List<Object> found = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            made++;
            found.addAll(list(items, scope.with(name, (double) i)));
        }
        return found;
    }

    private static void requireOnly(Map<?, ?> map, List<String> keys, Scope scope) throws BadCheckpointException {
        for (Object key : map.keySet()) {
            if (!keys.contains(String.valueOf(key))) {
                throw scope.because(Printable.quoted(String.valueOf(key)) + " is no key beside " + keys);
            }
        }
    }

    /** The string with expressions replaced; the value of the expression where it is nothing else. */
    private static Object text(String text, Scope scope) throws BadCheckpointException {
        StringBuilder found = new StringBuilder();
        int from = 0;
        for (int start = text.indexOf("${"); start >= 0; start = text.indexOf("${", from)) {
            int end = text.indexOf('}', start);
            if (end < 0) {
                throw scope.because(Printable.quoted(text) + " misses }");
            }
            Object value = Expression.value(scope, text.substring(start + 2, end));
            if (start == 0 && end == text.length() - 1) {
                return value;
            }
            found.append(text, from, start).append(Expression.shown(value));
            from = end + 1;
        }
        return found.append(text.substring(from)).toString();
    }
}
