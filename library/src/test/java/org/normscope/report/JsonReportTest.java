package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.kernel.Kernels;
import org.normscope.report.JsonReport.Extent;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.SampleCheckpoint;

class JsonReportTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Path ROOT = Path.of(System.getProperty("normscope.root", ".."));

    @Test
    void isTheGoldenFileByteForByte() throws IOException {
        assertThat(written(ReportSample.report(), Extent.WHOLE))
                .isEqualTo(Golden.expected("report.json", written(ReportSample.report(), Extent.WHOLE)));
    }

    @Test
    void obeysItsSchema() throws IOException {
        JsonNode schema =
                MAPPER.readTree(ROOT.resolve("docs/report.schema.json").toFile());

        assertThat(SchemaCheck.violations(schema, tree(ReportSample.report()))).isEmpty();
        assertThat(SchemaCheck.violations(schema, tree(ReportSample.report(2, "local"))))
                .isEmpty();
    }

    @Test
    void reportOfARealAuditObeysTheSchema(@TempDir Path folder) throws Exception {
        Storage storage = new LocalStorage();
        Checkpoint checkpoint =
                Checkpoints.open(storage, SampleCheckpoint.write(folder).toString());
        AuditPlan plan = Audit.plan(checkpoint, AuditSettings.DEFAULT, AuditPlan.Request.REPORT_ONLY);
        Audit audit = new Audit(new LocalEngine(storage, Kernels.best()), Kernels.best(), Audit.Progress.SILENT);
        JsonNode report = tree(audit.run(plan, 0, (weight, vectors) -> {}));
        JsonNode schema =
                MAPPER.readTree(ROOT.resolve("docs/report.schema.json").toFile());

        assertThat(SchemaCheck.violations(schema, report)).isEmpty();
        assertThat(report.get("tensors")).hasSize(checkpoint.tensors().size());
    }

    @Test
    void schemaRefusesAnUnknownKeyAndAMissingOne() throws IOException {
        JsonNode schema =
                MAPPER.readTree(ROOT.resolve("docs/report.schema.json").toFile());
        JsonNode report = tree(ReportSample.report());
        ((com.fasterxml.jackson.databind.node.ObjectNode) report.get("weights").get(0))
                .put("sigma2", 1)
                .remove("rows");

        assertThat(SchemaCheck.violations(schema, report)).hasSize(2);
    }

    @Test
    void namesAreAsciiOnlyAndReadBackTheSame() throws IOException {
        String json = written(ReportSample.report(), Extent.WHOLE);

        assertThat(json).matches("[\\x20-\\x7e\\n]*");
        assertThat(tree(ReportSample.report()).at("/tensors/2/name").asText()).isEqualTo(ReportSample.NASTY);
    }

    @Test
    void numbersReadBackToTheSameDouble() throws IOException {
        JsonNode weights = tree(ReportSample.report()).get("weights");

        assertThat(weights.at("/1/sigma/lower").asDouble()).isEqualTo(1e-310);
        assertThat(weights.at("/3/sigma/estimate").asDouble()).isEqualTo(1e23);
        assertThat(written(ReportSample.report(), Extent.WHOLE)).contains("\"estimate\": 1.0E23");
    }

    @Test
    void whatIsNotFiniteIsNullAndTheReasonSaysWhy() throws IOException {
        JsonNode poisoned = tree(ReportSample.report()).get("weights").get(7);

        assertThat(poisoned.get("sigma").isNull()).isTrue();
        assertThat(poisoned.get("frobenius").isNull()).isTrue();
        assertThat(poisoned.get("row_norm").isNull()).isTrue();
        assertThat(poisoned.get("nan").asInt()).isEqualTo(2);
        assertThat(poisoned.get("reason").asText()).isEqualTo("2 NaN and 1 infinite entries");
        assertThat(written(ReportSample.report(), Extent.WHOLE)).doesNotContain("NaN,", "Infinity");
    }

    @Test
    void withoutItsRunAReportIsTheSameForEveryEngine() throws IOException {
        AuditReport local = ReportSample.report(1, "local");
        AuditReport spark = ReportSample.report(1, "spark");

        assertThat(written(local, Extent.REPEATABLE)).isEqualTo(written(spark, Extent.REPEATABLE));
        assertThat(written(local, Extent.WHOLE)).isNotEqualTo(written(spark, Extent.WHOLE));
    }

    @Test
    void singularValuesAppearOnlyWhereSeveralWereAskedFor() throws IOException {
        assertThat(tree(ReportSample.report(1, "local")).at("/weights/0").has("singular_values"))
                .isFalse();
        assertThat(tree(ReportSample.report(2, "local")).at("/weights/0/singular_values"))
                .hasSize(2);
    }

    @Test
    void inspectionObeysItsSchema() throws IOException {
        JsonNode schema =
                MAPPER.readTree(ROOT.resolve("docs/inspect.schema.json").toFile());

        assertThat(SchemaCheck.violations(schema, MAPPER.readTree(InspectionTest.json())))
                .isEmpty();
    }

    private static JsonNode tree(AuditReport report) throws IOException {
        return MAPPER.readTree(written(report, Extent.WHOLE));
    }

    private static String written(AuditReport report, Extent extent) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        JsonReport.write(report, ReportSample.BUILD, extent, bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
