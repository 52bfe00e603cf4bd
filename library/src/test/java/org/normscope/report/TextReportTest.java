package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.AuditReport;

class TextReportTest {
    @Test
    void isTheGoldenFileByteForByte() throws IOException {
        String text = TextReport.of(ReportSample.report());

        assertThat(text).isEqualTo(Golden.expected("report.txt", text));
    }

    @Test
    void noCharacterOfANameActsOnATerminal() {
        assertThat(TextReport.of(ReportSample.report())).doesNotContain("\u001b", "\u2028", "\u007f", "\u009b");
    }

    @Test
    void linesStayNarrow() {
        assertThat(TextReport.of(ReportSample.report()).lines()).allMatch(line -> line.length() <= 140);
    }

    @Test
    void aCheckpointWithoutAMatrixSaysSo() {
        AuditReport full = ReportSample.report();
        AuditReport empty =
                new AuditReport(full.checkpoint(), full.settings(), full.kernel(), List.of(), List.of(), full.run());

        assertThat(TextReport.of(empty)).contains("There is no matrix in this checkpoint");
    }

    @Test
    void longNamesAreCutInTheMiddle() {
        assertThat(Shortened.name("model.layers.12.self_attn.q_proj.weight", 20))
                .isEqualTo("model.lay...j.weight");
        assertThat(Shortened.name("x".repeat(70_000), 20)).isEqualTo("xxxxxxxxx...xxxxxxxx");
        assertThat(Shortened.name("", 20)).isEqualTo("''");
    }
}
