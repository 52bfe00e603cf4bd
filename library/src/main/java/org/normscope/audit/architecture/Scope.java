package org.normscope.audit.architecture;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * What names and functions of a template mean.
 *
 * @param where the template stands, for messages
 * @param values of config.json by name: strings, doubles and booleans
 * @param own values of the template, which go before those
 * @param isStored whether the checkpoint has a tensor of a name
 */
record Scope(String where, Map<String, Object> values, Map<String, Object> own, Predicate<String> isStored) {
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
    static Scope of(String where, Map<String, Object> values, Predicate<String> isStored) {
        return new Scope(where, values, Map.of(), isStored);
    }

    /** The same with one more value. */
    Scope with(String name, Object value) {
        Map<String, Object> more = new HashMap<>(own);
        more.put(name, value);
        return new Scope(where, values, more, isStored);
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
            case "has" -> isStored.test(Expression.shown(argument));
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

    /** The rejection that says what is wrong with the template, or with config.json in its light. */
    BadCheckpointException because(String message) {
        return new BadCheckpointException(where + ": " + message);
    }
}
