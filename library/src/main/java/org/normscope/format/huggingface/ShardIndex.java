package org.normscope.format.huggingface;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.normscope.format.StrictJson;
import org.normscope.format.TensorBudget;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Position;
import org.normscope.tensor.Printable;

/**
 * An index file: which shard holds which tensor.
 *
 * @param name the index's own name in its directory
 * @param weightMap tensor to shard; never empty. Modified by who owns it.
 * @param totalSize the bytes of all tensors as the index claims, as it is written there: often wrong
 */
record ShardIndex(String name, Map<String, ShardName> weightMap, Optional<String> totalSize) {
    static final long MAX_BYTES = 100_000_000;
    private static final int MOST_METADATA = 100_000;

    static ShardIndex read(Storage storage, String directory, String name) throws BadCheckpointException, IOException {
        String location = storage.child(directory, name);
        if (storage.kind(location) != Storage.Kind.FILE || !storage.belongsTo(directory, location)) {
            throw new BadCheckpointException(location + ": the index is not a regular file of this checkpoint");
        }
        try (RangeReader in = storage.open(location)) {
            Position start = new Position(location, 0);
            start.require(in.length() > 0, "the index is empty; download it again");
            start.require(in.length() <= MAX_BYTES, "the index has %d bytes, more than %d", in.length(), MAX_BYTES);
            try (StrictJson json = StrictJson.open(location, in, 0, in.length())) {
                return new Parser(location, json).index(name);
            }
        }
    }

    /** The shards, each once. */
    SortedSet<ShardName> shards() {
        return new TreeSet<>(weightMap.values());
    }

    /** One pass over the JSON text. */
    private static final class Parser {
        private final StrictJson json;
        private final TensorBudget budget;
        private final Map<String, ShardName> weightMap = new HashMap<>();
        private final Map<String, ShardName> shards = new TreeMap<>();
        private Optional<String> totalSize = Optional.empty();

        Parser(String location, StrictJson json) {
            this.json = json;
            this.budget = new TensorBudget(location);
        }

        ShardIndex index(String name) throws BadCheckpointException, IOException {
            json.next(JsonToken.START_OBJECT, "the index");
            for (int keys = 0; json.next() != JsonToken.END_OBJECT; keys++) {
                json.require(keys < MOST_METADATA, "the index has more than %d keys", MOST_METADATA);
                switch (json.name()) {
                    case "weight_map" -> weightMap();
                    case "metadata" -> metadata();
                    default -> {
                        json.next();
                        json.skip();
                    }
                }
            }
            json.require(!weightMap.isEmpty(), "the index has no weight_map, or an empty one: no tensor to audit");
            json.end();
            return new ShardIndex(name, weightMap, totalSize);
        }

        private void weightMap() throws BadCheckpointException, IOException {
            json.next(JsonToken.START_OBJECT, "weight_map");
            while (json.next() != JsonToken.END_OBJECT) {
                String tensor = json.name();
                budget.spend(tensor);
                weightMap.put(tensor, shardOf(tensor));
            }
        }

        private ShardName shardOf(String tensor) throws BadCheckpointException, IOException {
            json.next(JsonToken.VALUE_STRING, "the shard of tensor " + Printable.quoted(tensor));
            String path = json.text();
            ShardName known = shards.get(path);
            if (known != null) {
                return known;
            }
            String fault = ShardName.fault(path).orElse("");
            json.require(
                    fault.isEmpty(),
                    "shard name %s of tensor %s %s",
                    Printable.quoted(path),
                    Printable.quoted(tensor),
                    fault);
            ShardName shard = new ShardName(path);
            shards.put(path, shard);
            return shard;
        }

        private void metadata() throws BadCheckpointException, IOException {
            if (json.next() != JsonToken.START_OBJECT) {
                json.skip();
                return;
            }
            for (int entries = 0; json.next() != JsonToken.END_OBJECT; entries++) {
                json.require(entries < MOST_METADATA, "metadata has more than %d entries", MOST_METADATA);
                boolean total = json.name().equals("total_size");
                JsonToken value = json.next();
                if (total && (value.isNumeric() || value == JsonToken.VALUE_STRING)) {
                    totalSize = Optional.of(json.text());
                } else {
                    json.skip();
                }
            }
        }
    }
}
