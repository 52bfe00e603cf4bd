package org.normscope.report;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.tensor.Printable;

/**
 * {@code weights.csv}: a header line, then one line per effective weight, quoted as RFC 4180 says, UTF-8, lines ending in
 * {@code \n}. An empty cell means: not defined.
 *
 * <p>Names come from a stranger's file. Invisible characters stand as <code>\\u001b</code>, so that a line is a row; and
 * a text that a spreadsheet would take for a formula, for it begins with {@code = + - @}, gets an apostrophe before it.
 */
public final class CsvReport {
    private static final String FORMULA_STARTS = "=+-@";

    private CsvReport() {}

    /**
     * Writes the table.
     *
     * @param stream flushed, not closed
     * @throws IOException if the stream fails
     */
    public static void write(AuditReport report, OutputStream stream) throws IOException {
        Writer out = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
        String separator = "";
        for (WeightTable.Column column : WeightTable.columns()) {
            out.append(separator).append(column.name());
            separator = ",";
        }
        out.append('\n');
        for (WeightRow row : report.weights()) {
            separator = "";
            for (WeightTable.Column column : WeightTable.columns()) {
                out.append(separator).append(cell(column.of(row)));
                separator = ",";
            }
            out.append('\n');
        }
        out.flush();
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Double number) {
            // The shortest form on every JDK; Double.toString differs between 17 and 19.
            return NumberOutput.toString(number, true);
        }
        return value instanceof String text ? quoted(text) : value.toString();
    }

    static String quoted(String text) {
        String visible = Printable.whole(text);
        boolean formula = !visible.isEmpty() && FORMULA_STARTS.indexOf(visible.charAt(0)) >= 0;
        String safe = formula ? "'" + visible : visible;
        boolean plain = safe.chars().noneMatch(c -> c == ',' || c == '"') && safe.equals(safe.strip());
        return plain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
