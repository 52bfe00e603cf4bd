package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.kernel.Kernels;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** What the terminal says of weights that no tensor holds as they are. */
class MadeWeightsTextTest {
    private static final int HEAP = 1 << 28;

    private static final WrittenCheckpoint MODEL = new WrittenCheckpoint()
            .with("a.weight_g", DType.F32, Shape.of(2, 1), 1, 2)
            .with("a.weight_v", DType.F32, Shape.of(2, 2), 3, 0, 0, 4)
            .with("c.lora_A.weight", DType.F32, Shape.of(1, 2), 3, 4)
            .with("c.lora_B.weight", DType.F32, Shape.of(2, 1), 0, 2)
            .with("d.parametrizations.weight.original", DType.F32, Shape.of(2, 2), 1, 0, 0, 1)
            .with("mlp.experts.w1", DType.F32, Shape.of(2, 1, 2), 1, 0, 0, 3)
            .with("scale", DType.F32, Shape.of(2000), new byte[8000]);

    private static AuditPlan plan() throws Exception {
        AuditSettings settings = new AuditSettings(Precision.DEFAULT, Selection.ALL, 4096, 1, 1L);
        return Audit.plan(
                Checkpoints.open(MODEL.storage(), WrittenCheckpoint.LOCATION), settings, AuditPlan.Request.REPORT_ONLY);
    }

    @Test
    void inspectionListsThemWithTheirRecipes() throws Exception {
        assertThat(new Inspection(plan()).text()).contains("""
                Weights that are made of these tensors:

                  made by       count  shape   audit   weight
                  weight_norm       1  [2, 2]  gram    a.weight
                  lora              1  [2, 2]  direct  c
                  parametrized      1  [2, 2]  skip    d.weight
                  slice, plain      2  [1, 2]  direct  mlp.experts.w1
                """);
    }

    @Test
    void inspectionsMethodIsThatOfThePlanForEveryWeight() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Inspection(plan()).json(bytes);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("\"how\"")))
                .filteredOn(line -> line.contains("\"method\": null"))
                .singleElement()
                .asString()
                .contains("\"name\": \"d.weight\"");
    }

    @Test
    void reportSaysWhatANormIsOfAndWhichSliceHasIt() throws Exception {
        AuditPlan plan = plan();
        LocalEngine engine = new LocalEngine(MODEL.storage(), Kernels.best(), 1, HEAP);
        String text = TextReport.of(
                new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {}));

        assertThat(text)
                .contains(
                        " weight             made by\n",
                        " c                  lora\n",
                        " a.weight           weight_norm\n");
        assertThat(text).contains(" mlp.experts.w1[0]\n", " mlp.experts.w1[1]\n");
    }

    @Test
    void planCountsMatricesAndTellsTensorsFromThem() throws Exception {
        assertThat(new PlanReport(plan()).text())
                .contains(
                        "safetensors: 7 tensors, 7.9 KB, in 1 file\n",
                        "Striped: 1 tensor whose entries are counted, ",
                        "; 1 step expected.");
    }
}
