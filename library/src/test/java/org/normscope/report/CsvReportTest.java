package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvReportTest {
    @Test
    void isTheGoldenFileByteForByte() throws IOException {
        assertThat(written()).isEqualTo(Golden.expected("weights.csv", written()));
    }

    @Test
    void noCharacterOfANameActsOnATerminalOrStartsARow() throws IOException {
        assertThat(written().lines())
                .hasSize(1 + ReportSample.report().weights().size());
        assertThat(written()).doesNotContain("\u001b", "\u2028", "\u007f", "\u009b", "\r");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.weight   | a.weight",
                "a,b        | \"a,b\"",
                "say \"x\"  | \"say \"\"x\"\"\"",
                "=1+1       | '=1+1",
                "+1         | '+1",
                "-1         | '-1",
                "@SUM(a,b)  | \"'@SUM(a,b)\"",
                "a=b        | a=b",
                "` lead`    | `\" lead\"`",
            })
    void quotesWhatNeedsItAndDisarmsFormulas(String name, String cell) {
        assertThat(CsvReport.quoted(name)).isEqualTo(cell);
    }

    private static String written() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CsvReport.write(ReportSample.report(), bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
