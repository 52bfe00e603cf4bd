package org.normscope.audit.network;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.normscope.format.StrictJson;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;

/** A small JSON document as maps, lists, strings, doubles and booleans. */
public final class JsonTree {
    private static final long LARGEST_FILE = 16 << 20;

    private final StrictJson json;

    private JsonTree(StrictJson json) {
        this.json = json;
    }

    /**
     * The object that a file holds; keys with null are left out.
     *
     * @param location a JSON file
     * @param file its content
     * @throws BadCheckpointException if it is none, or too large
     * @throws IOException if the storage fails
     */
    public static Map<String, Object> read(String location, RangeReader file)
            throws BadCheckpointException, IOException {
        if (file.length() > LARGEST_FILE) {
            throw new BadCheckpointException(location + ": " + file.length() + " bytes are no network description");
        }
        try (StrictJson json = StrictJson.open(location, file, 0, file.length())) {
            return read(json);
        }
    }

    /** The whole document, which must be an object. */
    private static Map<String, Object> read(StrictJson json) throws BadCheckpointException, IOException {
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
