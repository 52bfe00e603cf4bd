package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TensorRow;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.Suite;
import org.normscope.testing.WrittenCheckpoint;

/** The ledger of weights that aren't stored as they are, and of tensors that are stored once under several names. */
class MadeWeightsTest {
    private static WrittenCheckpoint model() {
        return new WrittenCheckpoint()
                .with("a.weight_g", DType.F32, Shape.of(2, 1), 1, 2)
                .with("a.weight_v", DType.F32, Shape.of(2, 2), 3, 0, 0, 4)
                .with("b.qweight", DType.I32, Shape.of(1, 2), new byte[8])
                .with("b.scales", DType.F16, Shape.of(1, 2), new byte[4])
                .with("c.lora_A.weight", DType.F32, Shape.of(1, 2), 3, 4)
                .with("c.lora_B.weight", DType.F32, Shape.of(2, 1), 0, 2)
                .with("d.parametrizations.weight.original", DType.F32, Shape.of(2, 2), 1, 0, 0, 1)
                .with("mlp.experts.w1", DType.F32, Shape.of(2, 1, 2), 1, 0, 0, 1);
    }

    private static AuditReport audit(String include) throws Exception {
        Selection selection = new Selection(List.of(include), List.of());
        return LocalAudit.of(model()).run(new AuditSettings(Precision.DEFAULT, selection, 1 << 20, 1, 1L));
    }

    private static String told(TensorRow row) {
        String usedBy = row.place().usedBy();
        return row.tensor().name() + " " + row.place().role().word() + " "
                + row.status().word() + (usedBy == null ? "" : " " + usedBy);
    }

    @Test
    void partsAreCountedAndCodesAreNot() throws Exception {
        AuditReport report = audit("*");
        assertThat(report.tensors())
                .extracting(MadeWeightsTest::told)
                .containsExactly(
                        "a.weight_g parametrization analyzed a.weight",
                        "a.weight_v parametrization analyzed a.weight",
                        "b.qweight quantized skipped",
                        "b.scales quantized skipped",
                        "c.lora_A.weight weight analyzed c",
                        "c.lora_B.weight weight analyzed c",
                        "d.parametrizations.weight.original parametrization analyzed d.weight",
                        "mlp.experts.w1 weight analyzed");
        assertThat(report.tensors().get(3).reason()).isEqualTo("quantized: gptq");
    }

    @Test
    void aWeightThatIsNotComputedSaysSo() throws Exception {
        AuditReport report = audit("*");
        assertThat(report.weights())
                .extracting(
                        row -> row.weight().name() + " " + row.weight().how().word() + " " + row.reason())
                .containsExactly(
                        "a.weight weight_norm null",
                        "c.lora_A.weight plain null",
                        "c lora null",
                        "c.lora_B.weight plain null",
                        "d.weight parametrized a parametrization that the checkpoint doesn't name:"
                                + " the weight can't be computed from what is stored",
                        "mlp.experts.w1 plain null",
                        "mlp.experts.w1 plain null");
        assertThat(report.weights()).allMatch(row -> (row.status() == Status.ANALYZED) == (row.reason() == null));
    }

    @Test
    void aPartIsSelectedByItsWeightsName() throws Exception {
        assertThat(audit("a.weight").tensors().subList(0, 3))
                .extracting(row -> row.status().word())
                .containsExactly("analyzed", "analyzed", "skipped");
        assertThat(audit("c").tensors()).noneMatch(row -> row.status() == Status.ANALYZED);
        assertThat(audit("c.*").weights().get(0).reason()).contains("--include");
    }

    @Test
    void tiedTensorsAreReadOnceAndShareWhatWasFound() throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path file = Suite.corpusFolder().resolve("modern/modern.pt");
        AuditReport report = LocalAudit.of(file.toString()).run(LocalAudit.SEEDED);
        TensorRow head = report.tensors().stream()
                .filter(row -> row.tensor().name().equals("head.weight"))
                .findFirst()
                .orElseThrow();
        TensorRow first = report.tensors().stream()
                .filter(row -> row.tensor().name().equals("emb.weight"))
                .findFirst()
                .orElseThrow();
        assertThat(head.place().aliasOf()).isEqualTo("emb.weight");
        assertThat(head.status()).isEqualTo(Status.ANALYZED);
        assertThat(head.statistics()).isNotNull().isEqualTo(first.statistics());
        assertThat(report.weights()).extracting(row -> row.weight().name()).doesNotContain("head.weight");
        AuditSettings byOtherName =
                new AuditSettings(Precision.DEFAULT, new Selection(List.of("head.weight"), List.of()), 1 << 20, 1, 1L);
        AuditReport other = LocalAudit.of(file.toString()).run(byOtherName);
        assertThat(other.weights())
                .filteredOn(row -> row.status() == Status.ANALYZED)
                .extracting(row -> row.weight().name())
                .containsExactly("emb.weight");
        assertThat(other.run().bytesRead()).isEqualTo(30 * 10 * 4);
    }
}
