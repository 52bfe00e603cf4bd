package org.normscope.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON as this house writes it: pure ASCII, so that no name can act on a terminal; doubles in their shortest form, the same on
 * every JDK; what isn't a finite number is null.
 */
final class JsonOut implements Closeable {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .characterEscapes(new DeleteToo())
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private final JsonGenerator out;

    private JsonOut(JsonGenerator out) {
        this.out = out;
    }

    /** Writes to a stream, which is flushed at the end and not closed. */
    static JsonOut to(OutputStream stream) throws IOException {
        JsonGenerator out = FACTORY.createGenerator(stream);
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        out.setPrettyPrinter(new RowPerLine());
        return new JsonOut(out);
    }

    void startObject() throws IOException {
        out.writeStartObject();
    }

    void startObject(String key) throws IOException {
        out.writeObjectFieldStart(key);
    }

    void endObject() throws IOException {
        out.writeEndObject();
    }

    void startArray(String key) throws IOException {
        out.writeArrayFieldStart(key);
    }

    void endArray() throws IOException {
        out.writeEndArray();
    }

    void text(String key, @Nullable String value) throws IOException {
        out.writeFieldName(key);
        out.writeString(value);
    }

    void texts(String key, List<String> values) throws IOException {
        startArray(key);
        for (String value : values) {
            out.writeString(value);
        }
        endArray();
    }

    void integers(String key, List<Long> values) throws IOException {
        startArray(key);
        for (long value : values) {
            out.writeNumber(value);
        }
        endArray();
    }

    void reals(String key, List<Double> values) throws IOException {
        startArray(key);
        for (double value : values) {
            finite(value);
        }
        endArray();
    }

    void integer(String key, @Nullable Number value) throws IOException {
        out.writeFieldName(key);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeNumber(value.longValue());
        }
    }

    void real(String key, @Nullable Double value) throws IOException {
        out.writeFieldName(key);
        if (value == null) {
            out.writeNull();
        } else {
            finite(value);
        }
    }

    private void finite(double value) throws IOException {
        if (Double.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeNull();
        }
    }

    void nothing(String key) throws IOException {
        out.writeNullField(key);
    }

    @Override
    public void close() throws IOException {
        out.writeRaw('\n');
        out.close();
    }

    /** The escapes that JSON asks for, and DEL. */
    private static final class DeleteToo extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return null;
        }
    }
}
