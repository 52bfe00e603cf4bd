package org.normscope.format.safetensors;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.format.Shard.Piece;
import org.normscope.format.StrictJson;
import org.normscope.format.TensorBudget;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;
import org.normscope.tensor.StoredTensor;

/**
 * What torch's {@code HuggingFaceStorageWriter} adds to a file of one rank (torch/distributed/checkpoint/filesystem.py): JSON within the
 * JSON, <code>{"key": {"saved_offsets": [8, 0], "logical_fqn": "name"}, ...}</code>, which says of which tensor the one in the file is a
 * part, and where it begins there. Without {@code logical_fqn}, as torch 2.8 writes it, the key is the name.
 */
final class ShardingInfo {
    /** Its key in the metadata. */
    static final String KEY = "DCP_SHARDING_INFO";

    private final String file;
    private final StrictJson json;
    private final Map<String, Piece> pieces = new HashMap<>();

    private ShardingInfo(String file, StrictJson json) {
        this.file = file;
        this.json = json;
    }

    /** Reads the string at hand. */
    static Map<String, Piece> read(String file, StrictJson metadata) throws BadCheckpointException, IOException {
        try (StrictJson json = metadata.document(KEY)) {
            ShardingInfo info = new ShardingInfo(file, json);
            info.entries();
            return info.pieces;
        }
    }

    private void entries() throws BadCheckpointException, IOException {
        TensorBudget budget = new TensorBudget(file);
        json.next(JsonToken.START_OBJECT, KEY);
        while (json.next() != JsonToken.END_OBJECT) {
            String key = json.name();
            budget.spend(key);
            pieces.put(key, piece(key));
        }
        json.end();
    }

    private Piece piece(String key) throws BadCheckpointException, IOException {
        String shown = Printable.quoted(key);
        String tensor = key;
        @Nullable List<Long> start = null;
        json.next(JsonToken.START_OBJECT, "what is said of " + shown);
        while (json.next() != JsonToken.END_OBJECT) {
            switch (json.name()) {
                case "saved_offsets" -> start = start(shown);
                case "logical_fqn" -> {
                    json.next(JsonToken.VALUE_STRING, "logical_fqn of " + shown);
                    tensor = json.text();
                }
                default -> {
                    json.next();
                    json.skip();
                }
            }
        }
        if (start == null) {
            throw json.because("%s has no saved_offsets", shown);
        }
        return new Piece(tensor, start);
    }

    private List<Long> start(String shown) throws BadCheckpointException, IOException {
        json.next(JsonToken.START_ARRAY, "saved_offsets of " + shown);
        List<Long> start = new ArrayList<>(2);
        while (json.next() != JsonToken.END_ARRAY) {
            json.require(
                    start.size() < TensorEntry.MOST_DIMENSIONS,
                    "saved_offsets of %s are more than %d numbers",
                    shown,
                    TensorEntry.MOST_DIMENSIONS);
            start.add(json.natural("a number of saved_offsets of " + shown));
        }
        return start;
    }

    /**
     * Does nothing if every tensor of the file has a place.
     *
     * @throws BadCheckpointException for the first one that has none, or one that it doesn't fit
     */
    static void requirePlaces(String file, Map<String, Piece> pieces, List<StoredTensor> tensors)
            throws BadCheckpointException {
        for (StoredTensor tensor : tensors) {
            Position here = new Position(file, tensor.offset());
            String shown = Printable.quoted(tensor.name());
            Piece piece = pieces.get(tensor.name());
            if (piece == null) {
                throw here.because("%s says nothing of tensor %s; write the checkpoint again", KEY, shown);
            }
            List<Long> dims = tensor.shape().dims();
            here.require(
                    piece.start().size() == dims.size(),
                    "tensor %s has %d dimensions, its saved_offsets in %s are %s",
                    shown,
                    dims.size(),
                    KEY,
                    piece.start());
            for (int dim = 0; dim < dims.size(); dim++) {
                here.require(
                        piece.start().get(dim) <= Long.MAX_VALUE - dims.get(dim),
                        "tensor %s %s at saved_offsets %s reaches beyond 2^63 - 1",
                        shown,
                        dims,
                        piece.start());
            }
        }
    }
}
