package org.normscope.audit.architecture;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.normscope.format.StrictJson;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;

/**
 * The numbers, strings and switches of the config.json beside a checkpoint.
 *
 * @param values by key; those of inner objects by dotted path, and so those of lists: {@code architectures.0}. Lists in lists are left out.
 */
record ModelValues(Map<String, Object> values) {
    private static final String FILE = "config.json";
    private static final int MAX_BYTES = 1 << 20;

    /** Values of a list that are kept. */
    private static final int MAX_LISTED = 100;

    /** What a file says that isn't there. */
    static final ModelValues NONE = new ModelValues(Map.of());

    /**
     * Reads the file in the checkpoint's directory, or beside it.
     *
     * @throws BadCheckpointException if it is no JSON object
     * @throws IOException if the storage fails
     */
    static ModelValues beside(Storage storage, Checkpoint checkpoint) throws BadCheckpointException, IOException {
        String location = checkpoint.location();
        String directory = storage.kind(location) == Storage.Kind.DIRECTORY ? location : storage.parent(location);
        String file = storage.child(directory, FILE);
        if (storage.kind(file) != Storage.Kind.FILE || !storage.belongsTo(directory, file)) {
            return NONE;
        }
        try (RangeReader in = storage.open(file)) {
            if (in.length() > MAX_BYTES) {
                throw new BadCheckpointException(file + ": " + in.length() + " bytes are more than " + MAX_BYTES);
            }
            try (StrictJson json = StrictJson.open(file, in, 0, in.length())) {
                Map<String, Object> values = new LinkedHashMap<>();
                json.next(JsonToken.START_OBJECT, FILE);
                object(json, "", values);
                json.end();
                return new ModelValues(values);
            }
        }
    }

    private static void object(StrictJson json, String prefix, Map<String, Object> values)
            throws BadCheckpointException, IOException {
        while (json.next() != JsonToken.END_OBJECT) {
            String key = prefix + json.name();
            JsonToken token = json.next();
            switch (token) {
                case START_OBJECT -> object(json, key + ".", values);
                case START_ARRAY -> list(json, key, values);
                default -> value(json, token, key, values);
            }
        }
    }

    private static void list(StrictJson json, String key, Map<String, Object> values)
            throws BadCheckpointException, IOException {
        int index = 0;
        for (JsonToken token = json.next(); token != JsonToken.END_ARRAY; token = json.next()) {
            if (index < MAX_LISTED) {
                value(json, token, key + "." + index++, values);
            } else {
                json.skip();
            }
        }
    }

    private static void value(StrictJson json, JsonToken token, String key, Map<String, Object> values)
            throws BadCheckpointException, IOException {
        switch (token) {
            case VALUE_STRING -> values.put(key, json.text());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> values.put(key, Double.valueOf(json.text()));
            case VALUE_TRUE -> values.put(key, true);
            case VALUE_FALSE -> values.put(key, false);
            default -> json.skip();
        }
    }

    /** What kind of model it is, as Hugging Face names it. */
    Optional<String> modelType() {
        return values.get("model_type") instanceof String type ? Optional.of(type) : Optional.empty();
    }
}
