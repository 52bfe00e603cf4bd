package org.normscope.format.huggingface;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.normscope.format.StrictJson;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.Position;

/**
 * What {@code config.json} beside the weights says about the model. The weights can be audited without it, so a file that
 * can't be read is a note, never an error.
 *
 * @param architecture {@code architectures[0]}, else {@code model_type}, else {@code _class_name} as diffusers writes
 * @param notes why the file was not read, if it was not
 */
public record ModelConfig(Optional<String> architecture, List<String> notes) {
    private static final String FILE = "config.json";
    private static final int MAX_BYTES = 1 << 20;
    private static final int LONGEST = 256;
    private static final List<String> KEYS = List.of("architectures", "model_type", "_class_name");
    private static final ModelConfig NONE = new ModelConfig(Optional.empty(), List.of());

    /** Copies the list. */
    public ModelConfig {
        notes = List.copyOf(notes);
    }

    /** Reads the configuration in a directory; what is missing there is missing in the result. */
    public static ModelConfig read(Storage storage, String directory) {
        String location = storage.child(directory, FILE);
        try {
            if (storage.kind(location) == Storage.Kind.MISSING) {
                return NONE;
            }
            if (storage.kind(location) != Storage.Kind.FILE || !storage.belongsTo(directory, location)) {
                return unread("it is not a regular file of this checkpoint");
            }
            return new ModelConfig(architecture(storage, location), List.of());
        } catch (BadCheckpointException | IOException e) {
            return unread(String.valueOf(e.getMessage()));
        }
    }

    /** The checkpoint with what this configuration adds to it. */
    public Checkpoint describe(Checkpoint checkpoint) {
        return new Checkpoint(
                checkpoint.location(),
                checkpoint.format(),
                checkpoint.files(),
                checkpoint.tensors(),
                Stream.concat(checkpoint.notes().stream(), notes.stream()).toList(),
                checkpoint.architecture().or(() -> architecture));
    }

    private static ModelConfig unread(String reason) {
        return new ModelConfig(Optional.empty(), List.of(FILE + " was not read: " + reason));
    }

    private static Optional<String> architecture(Storage storage, String location)
            throws BadCheckpointException, IOException {
        try (RangeReader in = storage.open(location)) {
            new Position(location, 0)
                    .require(in.length() <= MAX_BYTES, "%d bytes are more than %d", in.length(), MAX_BYTES);
            try (StrictJson json = StrictJson.open(location, in, 0, in.length())) {
                return architecture(json);
            }
        }
    }

    private static Optional<String> architecture(StrictJson json) throws BadCheckpointException, IOException {
        Map<String, String> found = new HashMap<>();
        json.next(JsonToken.START_OBJECT, FILE);
        while (json.next() != JsonToken.END_OBJECT) {
            String key = json.name();
            JsonToken value = json.next();
            if (KEYS.contains(key)) {
                firstString(json, value)
                        .filter(name -> name.length() <= LONGEST)
                        .ifPresent(name -> found.put(key, name));
            } else {
                json.skip();
            }
        }
        json.end();
        return KEYS.stream().filter(found::containsKey).map(found::get).findFirst();
    }

    /** The value at hand, if it is a string, or its first element, if that is one. */
    private static Optional<String> firstString(StrictJson json, JsonToken value)
            throws BadCheckpointException, IOException {
        if (value == JsonToken.VALUE_STRING) {
            return Optional.of(json.text());
        }
        if (value != JsonToken.START_ARRAY) {
            json.skip();
            return Optional.empty();
        }
        Optional<String> first = Optional.empty();
        boolean begins = true;
        for (JsonToken element = json.next(); element != JsonToken.END_ARRAY; element = json.next()) {
            if (begins && element == JsonToken.VALUE_STRING) {
                first = Optional.of(json.text());
            } else {
                json.skip();
            }
            begins = false;
        }
        return first;
    }
}
