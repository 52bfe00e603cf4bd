package org.normscope.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A line of a journal: eight hexadecimal digits of the CRC-32 of what follows, a space, and a flat JSON object of strings, all in
 * ASCII. A line that was torn or changed is recognized by its checksum.
 */
final class JournalText {
    private static final int DIGITS = 8;
    private static final JsonFactory JSON =
            new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private JournalText() {}

    /** The line, its end included. */
    static String line(Map<String, String> fields) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
                out.writeStringField(field.getKey(), field.getValue());
            }
            out.writeEndObject();
        }
        return checksum(text.toString()) + ' ' + text + '\n';
    }

    /** The fields of a line, given without its end; empty if it isn't whole. */
    static Optional<Map<String, String>> fields(String line) {
        if (line.length() <= DIGITS || line.charAt(DIGITS) != ' ') {
            return Optional.empty();
        }
        String text = line.substring(DIGITS + 1);
        if (!line.startsWith(checksum(text))) {
            return Optional.empty();
        }
        try (JsonParser in = JSON.createParser(text)) {
            return Optional.of(object(in));
        } catch (IOException e) {
            // The checksum is right, and yet nobody here wrote this.
            return Optional.empty();
        }
    }

    private static Map<String, String> object(JsonParser in) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("not an object");
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            String value = in.nextTextValue();
            if (value == null) {
                throw new IOException(name + " is not a string");
            }
            fields.put(name, value);
        }
        return fields;
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
