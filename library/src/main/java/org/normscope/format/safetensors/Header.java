package org.normscope.format.safetensors;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

    private Header(String file, StrictJson json, DataArea data) {
        this.file = file;
        this.json = json;
        this.data = data;
    }

    /** All tensors in the order of the header; each fits its range and the file, but they may still overlap. */
    static List<StoredTensor> read(String file, RangeReader in, HeaderLength length)
            throws BadCheckpointException, IOException {
        DataArea data = new DataArea(length.dataStart(), in.length());
        try (StrictJson json = StrictJson.open(file, in, HeaderLength.PREFIX_BYTES, length.bytes())) {
            return new Header(file, json, data).tensors();
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
            json.next(JsonToken.VALUE_STRING, "a value of " + METADATA);
        }
    }
}
