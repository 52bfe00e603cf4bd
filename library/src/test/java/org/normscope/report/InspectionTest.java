package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;

class InspectionTest {
    @Test
    void textIsTheGoldenFile() throws IOException {
        String text = inspection().text();

        assertThat(text).isEqualTo(Golden.expected("inspect.txt", text));
        assertThat(text).doesNotContain("\u001b", "\u2028");
    }

    @Test
    void jsonIsTheGoldenFile() throws IOException {
        assertThat(json()).isEqualTo(Golden.expected("inspect.json", json()));
    }

    static String json() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        inspection().json(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Inspection inspection() {
        AuditReport report = ReportSample.report();
        return new Inspection(AuditPlan.of(report.checkpoint(), report.settings(), AuditPlan.Request.REPORT_ONLY));
    }
}
