package org.normscope.format.huggingface;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/** Writes the index of a sharded checkpoint, {@code metadata.total_size} and {@code weight_map}, as Hugging Face's libraries do. */
public final class IndexWriter {
    private static final JsonFactory JSON =
            new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private IndexWriter() {}

    /**
     * Writes an index.
     *
     * @param weightMap the file of every tensor; written in the order of the names
     * @param totalSize bytes of all tensors
     * @param out flushed, not closed
     * @throws IOException if the stream fails
     */
    public static void write(Map<String, String> weightMap, long totalSize, OutputStream out) throws IOException {
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.setPrettyPrinter(new DefaultPrettyPrinter());
        json.writeStartObject();
        json.writeObjectFieldStart("metadata");
        json.writeNumberField("total_size", totalSize);
        json.writeEndObject();
        json.writeObjectFieldStart("weight_map");
        for (Map.Entry<String, String> entry : new TreeMap<>(weightMap).entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
        out.flush();
    }
}
