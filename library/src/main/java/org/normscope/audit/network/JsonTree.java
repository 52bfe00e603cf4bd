package org.normscope.audit.network;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.normscope.format.StrictJson;
import org.normscope.tensor.BadCheckpointException;

/** A small JSON document as maps, lists, strings, doubles and booleans. */
final class JsonTree {
    private final StrictJson json;

    private JsonTree(StrictJson json) {
        this.json = json;
    }

    /** The whole document, which must be an object. */
    static Map<String, Object> read(StrictJson json) throws BadCheckpointException, IOException {
        json.next(JsonToken.START_OBJECT, "a network description");
        Map<String, Object> tree = new JsonTree(json).object();
        json.end();
        return tree;
    }

    /** The object whose brace is at hand; keys with null are left out. */
    private Map<String, Object> object() throws BadCheckpointException, IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.next() != JsonToken.END_OBJECT) {
            String key = json.name();
            JsonToken token = json.next();
            if (token != JsonToken.VALUE_NULL) {
                object.put(key, value(token));
            }
        }
        return object;
    }

    private Object value(JsonToken token) throws BadCheckpointException, IOException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> json.text();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Double.valueOf(json.text());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw json.because("null has no meaning in a list");
        };
    }

    private List<Object> array() throws BadCheckpointException, IOException {
        List<Object> array = new ArrayList<>();
        for (JsonToken token = json.next(); token != JsonToken.END_ARRAY; token = json.next()) {
            array.add(value(token));
        }
        return array;
    }
}
