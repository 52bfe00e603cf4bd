package org.normscope.format.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.normscope.tensor.DType;
import org.normscope.tensor.Printable;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

/**
 * Writes a safetensors file front to back, in constant memory: tensors in the order given, without a hole, the header padded with
 * spaces so that the data begins at a multiple of eight bytes.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final JsonFactory JSON =
            new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private SafetensorsWriter() {}

    /** Writes the bytes of one tensor: row-major, little-endian. */
    public interface Content {
        /**
         * Writes all of them.
         *
         * @throws IOException if their source or the stream fails
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * A tensor to be written.
     *
     * @param name unique in its file
     * @param content writes exactly as many bytes as type and shape take
     */
    public record Part(String name, DType dtype, Shape shape, Content content) {}

    /**
     * Writes a file.
     *
     * @param out flushed, not closed
     * @throws IOException if a content or the stream fails, a content has another length than its type and shape take, or two
     *     tensors have one name; then nothing is written
     */
    public static void write(List<Part> parts, OutputStream out) throws IOException {
        write(parts, Map.of(), out);
    }

    /**
     * Writes a file with words about itself.
     *
     * @param metadata written as {@code __metadata__}, in the order of the keys; not at all if empty
     * @param out flushed, not closed
     * @throws IOException if a content or the stream fails, or a content has another length than its type and shape take
     */
    public static void write(List<Part> parts, Map<String, String> metadata, OutputStream out) throws IOException {
        byte[] header = header(parts, metadata);
        if (header.length > HeaderLength.MAX_BYTES) {
            throw new IOException(
                    "a header of " + header.length + " bytes is longer than safetensors allows; write smaller shards");
        }
        ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.write(prefix.putLong(header.length).array());
        out.write(header);
        for (Part part : parts) {
            long expected = StoredTensor.bytes(part.dtype(), part.shape());
            Counted counted = new Counted(out);
            part.content().writeTo(counted);
            if (counted.written != expected) {
                throw new IOException(part.name() + ": " + counted.written + " bytes were given, " + part.dtype() + " "
                        + part.shape() + " takes " + expected);
            }
        }
        out.flush();
    }

    private static byte[] header(List<Part> parts, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Set<String> names = new HashSet<>();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            metadata(json, metadata);
            long offset = 0;
            for (Part part : parts) {
                if (!names.add(part.name())) {
                    throw new IOException("two tensors are called " + Printable.oneLine(part.name()));
                }
                long end = Math.addExact(offset, StoredTensor.bytes(part.dtype(), part.shape()));
                json.writeObjectFieldStart(part.name());
                json.writeStringField("dtype", part.dtype().name());
                json.writeFieldName("shape");
                array(json, part.shape().dims());
                json.writeFieldName("data_offsets");
                array(json, List.of(offset, end));
                json.writeEndObject();
                offset = end;
            }
            json.writeEndObject();
        }
        int length = (bytes.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] header = Arrays.copyOf(bytes.toByteArray(), length);
        Arrays.fill(header, bytes.size(), length, (byte) ' ');
        return header;
    }

    private static void metadata(JsonGenerator json, Map<String, String> metadata) throws IOException {
        if (metadata.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void array(JsonGenerator json, List<Long> values) throws IOException {
        json.writeStartArray();
        for (long value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    /** Counts what passes. */
    private static final class Counted extends FilterOutputStream {
        private long written;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            written++;
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            out.write(bytes, offset, count);
            written += count;
        }
    }
}
