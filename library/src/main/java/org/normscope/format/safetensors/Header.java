package org.normscope.format.safetensors;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.normscope.format.Shard.Piece;
import org.normscope.format.StrictJson;
import org.normscope.format.TensorBudget;
import org.normscope.storage.RangeReader;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.StoredTensor;

/** The JSON object that describes the tensors of one file. */
final class Header {
    private static final String METADATA = "__metadata__";
    private static final int MOST_METADATA = 100_000;
    /** Characters of the metadata that are kept. */
    private static final long MOST_WORDS = 4_000_000;

    private final String file;
    private final StrictJson json;
    private final DataArea data;

    private final Map<String, String> words = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<Map<String, Piece>> pieces = Optional.empty();

    private Header(String file, StrictJson json, DataArea data) {
        this.file = file;
        this.json = json;
        this.data = data;
    }

    /**
     * What a header says.
     *
     * @param tensors in its order; each fits its range and the file, but they may still overlap
     * @param pieces where each of them belongs in larger ones; empty if it says nothing of that
     * @param metadata its words about the file, but for those pieces
     * @param notes what a person should know of them
     */
    record Content(
            List<StoredTensor> tensors, Map<String, Piece> pieces, Map<String, String> metadata, List<String> notes) {}

    static Content read(String file, RangeReader in, HeaderLength length) throws BadCheckpointException, IOException {
        DataArea data = new DataArea(length.dataStart(), in.length());
        try (StrictJson json = StrictJson.open(file, in, HeaderLength.PREFIX_BYTES, length.bytes())) {
            Header header = new Header(file, json, data);
            List<StoredTensor> tensors = header.tensors();
            if (header.pieces.isPresent()) {
                ShardingInfo.requirePlaces(file, header.pieces.get(), tensors);
            }
            return new Content(tensors, header.pieces.orElse(Map.of()), header.words, header.notes);
        }
    }

    private List<StoredTensor> tensors() throws BadCheckpointException, IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        TensorBudget budget = new TensorBudget(file);
        json.next(JsonToken.START_OBJECT, "the header");
        while (json.next() != JsonToken.END_OBJECT) {
            String name = json.name();
            if (name.equals(METADATA)) {
                metadata();
            } else {
                budget.spend(name);
                tensors.add(new TensorEntry(name, json, data).read());
            }
        }
        json.end();
        return tensors;
    }

    private void metadata() throws BadCheckpointException, IOException {
        json.next(JsonToken.START_OBJECT, METADATA);
        long left = MOST_WORDS;
        int lost = 0;
        for (int entries = 0; json.next() != JsonToken.END_OBJECT; entries++) {
            json.require(entries < MOST_METADATA, "%s has more than %d entries", METADATA, MOST_METADATA);
            String key = json.name();
            json.next(JsonToken.VALUE_STRING, "a value of " + METADATA);
            if (key.equals(ShardingInfo.KEY)) {
                pieces = Optional.of(ShardingInfo.read(file, json));
                continue;
            }
            Optional<String> value = json.textUpTo(left - key.length());
            if (value.isPresent()) {
                words.put(key, value.get());
                left -= key.length() + value.get().length();
            } else {
                lost++;
            }
        }
        if (lost > 0) {
            notes.add(file + ": " + lost + " entries of " + METADATA + " are not kept, for together it has more than "
                    + MOST_WORDS + " characters");
        }
    }
}
