package org.normscope.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.PrettyPrinter;
import java.io.IOException;

/**
 * The layout of the house's JSON files: the two outer levels are broken into lines, everything deeper stays on its line, so that a
 * row of a list is a line for {@code grep} and {@code diff}.
 */
final class RowPerLine implements PrettyPrinter {
    private static final int BROKEN_LEVELS = 2;

    private int depth;

    @Override
    public void writeRootValueSeparator(JsonGenerator out) throws IOException {
        out.writeRaw('\n');
    }

    @Override
    public void writeStartObject(JsonGenerator out) throws IOException {
        out.writeRaw('{');
        depth++;
    }

    @Override
    public void beforeObjectEntries(JsonGenerator out) throws IOException {
        newLine(out, "");
    }

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator out) throws IOException {
        out.writeRaw(": ");
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator out) throws IOException {
        out.writeRaw(',');
        newLine(out, " ");
    }

    @Override
    public void writeEndObject(JsonGenerator out, int entries) throws IOException {
        close(out, entries, '}');
    }

    @Override
    public void writeStartArray(JsonGenerator out) throws IOException {
        out.writeRaw('[');
        depth++;
    }

    @Override
    public void beforeArrayValues(JsonGenerator out) throws IOException {
        newLine(out, "");
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator out) throws IOException {
        out.writeRaw(',');
        newLine(out, " ");
    }

    @Override
    public void writeEndArray(JsonGenerator out, int values) throws IOException {
        close(out, values, ']');
    }

    private void close(JsonGenerator out, int entries, char bracket) throws IOException {
        boolean broken = depth <= BROKEN_LEVELS && entries > 0;
        depth--;
        if (broken) {
            newLine(out, "");
        }
        out.writeRaw(bracket);
    }

    /** A line break above the broken levels, else what separates on a line. */
    private void newLine(JsonGenerator out, String otherwise) throws IOException {
        if (depth <= BROKEN_LEVELS) {
            out.writeRaw('\n');
            out.writeRaw("  ".repeat(depth));
        } else {
            out.writeRaw(otherwise);
        }
    }
}
