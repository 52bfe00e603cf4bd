package org.normscope.audit.architecture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * What names and functions of a template mean.
 *
 * @param where the template stands, for messages
 * @param values of config.json by name: strings, doubles and booleans
 * @param own values of the template, which go before those
 * @param shapes of the checkpoint's tensors by name
 */
record Scope(String where, Map<String, Object> values, Map<String, Object> own, Map<String, List<Long>> shapes) {
    /** What config.json calls them, and what descriptions do. */
    private static final Map<String, String> ACTIVATIONS = Map.of(
            "swish", "silu",
            "gelu_new", "gelu_tanh",
            "gelu_fast", "gelu_tanh",
            "gelu_pytorch_tanh", "gelu_tanh",
            "gelu_accurate", "gelu_tanh",
            "gelu_python", "gelu",
            "relu2", "squared_relu");

    /** The values of config.json alone. */
    static Scope of(String where, Map<String, Object> values, Map<String, List<Long>> shapes) {
        return new Scope(where, values, Map.of(), shapes);
    }

    /** The same with one more value. */
    Scope with(String name, Object value) {
        Map<String, Object> more = new HashMap<>(own);
        more.put(name, value);
        return new Scope(where, values, more, shapes);
    }

    /** Whether a name has a value. */
    boolean has(String name) {
        return own.containsKey(name) || values.containsKey(name);
    }

    /** The value of a name. */
    Object value(String name) throws BadCheckpointException {
        Object value = own.getOrDefault(name, values.get(name));
        if (value == null) {
            throw because("neither config.json nor the template gives a value to " + Printable.quoted(name));
        }
        return value;
    }

    /** The value of a function. */
    Object applied(String function, Object argument) throws BadCheckpointException {
        return switch (function) {
            case "sqrt" -> Math.sqrt(number(function, argument));
            case "log" -> StrictMath.log(number(function, argument));
            case "has" -> shapes.containsKey(Expression.shown(argument));
            case "count" -> count(Expression.shown(argument));
            case "rows" -> size(Expression.shown(argument), 0);
            case "columns" -> size(Expression.shown(argument), 1);
            case "given" -> has(Expression.shown(argument));
            case "activation" ->
                Objects.requireNonNull(
                        ACTIVATIONS.getOrDefault(Expression.shown(argument), Expression.shown(argument)));
            default -> throw because("there is no function " + Printable.quoted(function));
        };
    }

    private double number(String function, Object argument) throws BadCheckpointException {
        if (argument instanceof Double number && number > 0) {
            return number;
        }
        throw because(function + " needs a number above 0");
    }

    /** How many tensors there are with 0, 1, 2 ... in place of a #, without a gap. */
    private double count(String pattern) throws BadCheckpointException {
        if (!pattern.contains("#")) {
            throw because("count needs a name with # in place of a number");
        }
        int count = 0;
        while (shapes.containsKey(pattern.replace("#", String.valueOf(count)))) {
            count++;
        }
        return count;
    }

    /** Length of a dimension of a tensor. */
    private double size(String name, int dimension) throws BadCheckpointException {
        List<Long> dims = shapes.getOrDefault(name, List.of());
        if (dims.size() <= dimension) {
            throw because("the checkpoint has no tensor " + Printable.quoted(name) + " of " + (dimension + 1)
                    + " or more dimensions");
        }
        return dims.get(dimension);
    }

    /** The rejection that says what is wrong with the template, or with config.json in its light. */
    BadCheckpointException because(String message) {
        return new BadCheckpointException(where + ": " + message);
    }
}
