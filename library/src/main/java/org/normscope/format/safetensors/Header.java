package org.normscope.format.safetensors;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private final String file;
    private final StrictJson json;
    private final DataArea data;

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
     */
    record Content(List<StoredTensor> tensors, Map<String, Piece> pieces) {}

    static Content read(String file, RangeReader in, HeaderLength length) throws BadCheckpointException, IOException {
        DataArea data = new DataArea(length.dataStart(), in.length());
        try (StrictJson json = StrictJson.open(file, in, HeaderLength.PREFIX_BYTES, length.bytes())) {
            Header header = new Header(file, json, data);
            List<StoredTensor> tensors = header.tensors();
            if (header.pieces.isPresent()) {
                ShardingInfo.requirePlaces(file, header.pieces.get(), tensors);
            }
            return new Content(tensors, header.pieces.orElse(Map.of()));
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
        for (int entries = 0; json.next() != JsonToken.END_OBJECT; entries++) {
            json.require(entries < MOST_METADATA, "%s has more than %d entries", METADATA, MOST_METADATA);
            boolean isSharding = json.name().equals(ShardingInfo.KEY);
            json.next(JsonToken.VALUE_STRING, "a value of " + METADATA);
            if (isSharding) {
                pieces = Optional.of(ShardingInfo.read(file, json));
            }
        }
    }
}
