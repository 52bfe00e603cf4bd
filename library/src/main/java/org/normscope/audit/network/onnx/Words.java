package org.normscope.audit.network.onnx;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A layer in the words of a network description (docs/network.md), without its name and what feeds it.
 *
 * @param word what it is
 * @param value that stands under the word; null where names of inputs stand there
 * @param options further keys
 */
record Words(String word, Object value, Map<String, Object> options) {
    /** What stands under the word of a layer that joins values, until their names are known. */
    private static final Object NAMES = List.of();

    /** Several values put together. */
    static Words joining(String word) {
        return new Words(word, NAMES, Map.of());
    }

    /** A layer that is a word. */
    static Words of(String word) {
        return of(word, true);
    }

    /** A layer that has a value. */
    static Words of(String word, Object value) {
        return new Words(word, value, Map.of());
    }

    /** Times a number. */
    static Words scale(double factor) {
        return of("scale", factor);
    }

    /** A function of each entry, its slopes in an interval. */
    static Words slopes(double least, double most) {
        return of("slopes", List.of(least, most));
    }

    /** A linear function of each entry, its slopes in an interval. */
    static Words factors(double least, double most) {
        return slopes(least, most).with("at_zero", 0.0);
    }

    /** Every entry so many times. */
    static Words repeat(long times) {
        return of("repeat", (double) times);
    }

    /** The same with one more key. */
    Words with(String key, Object setting) {
        Map<String, Object> more = new LinkedHashMap<>(options);
        more.put(key, setting);
        return new Words(word, value, more);
    }

    boolean isJoining() {
        return value == NAMES;
    }

    /** The object of a description. */
    Map<String, Object> described(String name, List<String> inputs) {
        Map<String, Object> layer = new LinkedHashMap<>();
        layer.put(word, isJoining() ? inputs : value);
        layer.putAll(options);
        layer.put("name", name);
        if (!isJoining()) {
            layer.put("input", inputs.get(0));
        }
        return layer;
    }
}
