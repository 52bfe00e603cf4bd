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
public final class JsonOut implements Closeable {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .characterEscapes(new DeleteToo())
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private final JsonGenerator out;

    private JsonOut(JsonGenerator out) {
        this.out = out;
    }

    /**
     * Writes to a stream, which is flushed at the end and not closed.
     *
     * @throws IOException if the stream fails, as all methods here do
     */
    public static JsonOut to(OutputStream stream) throws IOException {
        JsonGenerator out = FACTORY.createGenerator(stream);
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        out.setPrettyPrinter(new RowPerLine());
        return new JsonOut(out);
    }

    /** Begins an object in an array, or the outermost one. */
    public void startObject() throws IOException {
        out.writeStartObject();
    }

    /** Begins an object. */
    public void startObject(String key) throws IOException {
        out.writeObjectFieldStart(key);
    }

    /** Ends an object. */
    public void endObject() throws IOException {
        out.writeEndObject();
    }

    /** Begins an array. */
    public void startArray(String key) throws IOException {
        out.writeArrayFieldStart(key);
    }

    /** Ends an array. */
    public void endArray() throws IOException {
        out.writeEndArray();
    }

    /** A text, or null. */
    public void text(String key, @Nullable String value) throws IOException {
        out.writeFieldName(key);
        out.writeString(value);
    }

    /** An array of texts. */
    public void texts(String key, List<String> values) throws IOException {
        startArray(key);
        for (String value : values) {
            out.writeString(value);
        }
        endArray();
    }

    /** An array of whole numbers. */
    public void integers(String key, List<Long> values) throws IOException {
        startArray(key);
        for (long value : values) {
            out.writeNumber(value);
        }
        endArray();
    }

    /** An array of numbers; null for one that isn't finite. */
    public void reals(String key, List<Double> values) throws IOException {
        startArray(key);
        for (double value : values) {
            finite(value);
        }
        endArray();
    }

    /** A whole number, or null. */
    public void integer(String key, @Nullable Number value) throws IOException {
        out.writeFieldName(key);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeNumber(value.longValue());
        }
    }

    /** A number; null for none, and for one that isn't finite. */
    public void real(String key, @Nullable Double value) throws IOException {
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

    /** A truth value. */
    public void truth(String key, boolean value) throws IOException {
        out.writeBooleanField(key, value);
    }

    /** Null. */
    public void nothing(String key) throws IOException {
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
