package org.normscope.audit.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/**
 * The values of one JSON object, by key, with messages that say where it stands.
 *
 * @param where file and layer, for messages
 * @param values by key
 */
record Options(String where, Map<String, Object> values) {
    /** The rejection that says what is wrong here. */
    BadCheckpointException because(String message) {
        return new BadCheckpointException(where + ": " + message);
    }

    /** Rejects any other key. */
    void requireOnly(Collection<String> known) throws BadCheckpointException {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw because(Printable.quoted(key) + " is no key here; known are " + String.join(", ", known));
            }
        }
    }

    /** A string. */
    Optional<String> text(String key) throws BadCheckpointException {
        return typed(key, String.class, "a string");
    }

    /** A string that must be there. */
    String requiredText(String key) throws BadCheckpointException {
        return text(key).orElseThrow(() -> because("needs " + key));
    }

    /** A finite number. */
    Optional<Double> number(String key) throws BadCheckpointException {
        Optional<Double> number = typed(key, Double.class, "a number");
        if (number.isPresent() && !Double.isFinite(number.get())) {
            throw because(key + " is too large");
        }
        return number;
    }

    /** A number that must be there. */
    double requiredNumber(String key) throws BadCheckpointException {
        return number(key).orElseThrow(() -> because("needs " + key));
    }

    /** A whole number from a smallest one to 2^31 - 1. */
    Optional<Integer> whole(String key, int least) throws BadCheckpointException {
        Optional<Double> number = number(key);
        return number.isPresent() ? Optional.of(whole(key, number.get(), least)) : Optional.empty();
    }

    /** The values of an object inside this one. */
    Optional<Options> object(String key) throws BadCheckpointException {
        Map<?, ?> object = typed(key, Map.class, "an object").orElse(null);
        return object == null ? Optional.empty() : Optional.of(of(where + ", " + key, object));
    }

    /** The values of an object. */
    static Options of(String where, Map<?, ?> object) {
        Map<String, Object> values = new LinkedHashMap<>();
        object.forEach((key, value) -> values.put(String.valueOf(key), value));
        return new Options(where, values);
    }

    /** Whether a switch is on; off where the key is missing. */
    boolean isOn(String key) throws BadCheckpointException {
        return typed(key, Boolean.class, "true or false").orElse(false);
    }

    /** One whole number, or a list of them; empty where the key is missing. */
    List<Integer> wholes(String key, int least) throws BadCheckpointException {
        Object value = values.get(key);
        List<Integer> found = new ArrayList<>();
        for (Object one : value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
            if (!(one instanceof Double number)) {
                throw because(key + " must be a whole number or a list of them");
            }
            found.add(whole(key, number, least));
        }
        return found;
    }

    /** One finite number, or a list of them; empty where the key is missing. */
    List<Double> numbers(String key) throws BadCheckpointException {
        Object value = values.get(key);
        List<Double> found = new ArrayList<>();
        for (Object one : value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
            if (!(one instanceof Double number) || !Double.isFinite(number)) {
                throw because(key + " must be a number or a list of them");
            }
            found.add(number);
        }
        return found;
    }

    /** One string, or a list of them; empty where the key is missing. */
    List<String> texts(String key) throws BadCheckpointException {
        Object value = values.get(key);
        List<String> found = new ArrayList<>();
        for (Object one : value instanceof List<?> list ? list : value == null ? List.of() : List.of(value)) {
            if (!(one instanceof String text)) {
                throw because(key + " must be a string or a list of them");
            }
            found.add(text);
        }
        return found;
    }

    private int whole(String key, double number, int least) throws BadCheckpointException {
        if (number != Math.rint(number) || number < least || number > Integer.MAX_VALUE) {
            throw because(key + " must be a whole number of at least " + least);
        }
        return (int) number;
    }

    private <T> Optional<T> typed(String key, Class<T> type, String wanted) throws BadCheckpointException {
        @Nullable Object value = values.get(key);
        if (value != null && !type.isInstance(value)) {
            throw because(key + " must be " + wanted);
        }
        return Optional.ofNullable(value).map(type::cast);
    }
}
