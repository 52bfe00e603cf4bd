package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

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

    @Test
    void weightsThatAreMadeHaveAMethodToo() throws Exception {
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("net.weight_g", DType.F32, Shape.of(2, 1), 1, 2)
                .with("net.weight_v", DType.F32, Shape.of(2, 2), 1, 2, 3, 4);
        AuditPlan plan = AuditPlan.of(
                Checkpoints.open(checkpoint.storage(), WrittenCheckpoint.LOCATION),
                AuditSettings.DEFAULT.withSeed(1),
                AuditPlan.Request.REPORT_ONLY);

        JsonNode weights =
                new ObjectMapper().readTree(json(new Inspection(plan))).get("weights");

        assertThat(weights).hasSize(1);
        assertThat(weights.get(0).get("name").textValue()).isEqualTo("net.weight");
        assertThat(weights.get(0).get("method").textValue()).isEqualTo("gram");
    }

    static String json() throws IOException {
        return json(inspection());
    }

    private static String json(Inspection inspection) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        inspection.json(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Inspection inspection() {
        AuditReport report = ReportSample.report();
        return new Inspection(AuditPlan.of(report.checkpoint(), report.settings(), AuditPlan.Request.REPORT_ONLY));
    }
}
