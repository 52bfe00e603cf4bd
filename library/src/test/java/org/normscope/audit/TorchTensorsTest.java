package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.files.TorchBytes;

/** Files that torch wrote (make_torch_fixtures.py): no tensor of theirs is missing from the ledger. */
class TorchTensorsTest {
    private static AuditReport audited(String name) throws Exception {
        Path file = Path.of(Objects.requireNonNull(TorchTensorsTest.class.getResource("/fixtures/torch/" + name))
                .toURI());
        return LocalAudit.of(file.toString()).run(LocalAudit.SEEDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unread.pt", "unread_stream.pt"})
    void everyTensorIsListedThoughSomeAreNotRead(String name) throws Exception {
        AuditReport report = audited(name);
        assertThat(report.tensors())
                .extracting(row -> row.tensor().name() + " " + row.tensor().shape() + " "
                        + (row.status() == Status.ANALYZED ? "" : row.reason()))
                .containsExactly(
                        "first [2, 3] ",
                        "sparse [4, 4] sparse tensor is not decoded",
                        "sparse_too [4, 4] sparse tensor is not decoded",
                        "csr [5, 5] sparse CSR tensor is not decoded",
                        "quantized [2, 5] quantized tensor is not decoded",
                        "meta [3, 4] meta tensor is not decoded",
                        "subclass [3, 2] ",
                        "parameter [2, 2] ",
                        "last [1, 4] ");
        assertThat(report.tensors())
                .allSatisfy(row -> assertThat(row.place().aliasOf()).isNull());
        assertThat(frobenius(report, "subclass")).isEqualTo(Math.sqrt(91));
        assertThat(frobenius(report, "last")).isEqualTo(Math.sqrt(30));
    }

    @Test
    void aStreamHasStoragesOfTensorsThatAreNoParameters() throws Exception {
        AuditReport report = audited("module_stream.pt");
        assertThat(report.tensors())
                .extracting(row -> row.tensor().name())
                .containsExactly("bias", "weight_g", "weight_v");
        assertThat(frobenius(report, "weight_v")).isEqualTo(Math.sqrt(91));
        assertThat(report.checkpoint().notes())
                .contains("tensors that are attributes of modules, neither parameters nor buffers, not read: 1");
    }

    @Test
    void aStreamOfProtocol1IsRecognized() throws Exception {
        AuditReport report = audited("protocol1_stream.pt");
        assertThat(report.checkpoint().format()).isEqualTo("torch-legacy");
        assertThat(frobenius(report, "w")).isEqualTo(Math.sqrt(91));
    }

    @Test
    void aPickleMayDescribeAsManyTensorsAsTheHeapAllows() throws Exception {
        String[] names = new String[45_000];
        Arrays.setAll(names, i -> "layers." + i + ".weight");
        byte[][] storages = new byte[names.length][24];
        MemoryStorage storage = new MemoryStorage().with("m.pt", TorchBytes.stream(TorchBytes.pickle(names), storages));
        Checkpoint checkpoint = Checkpoints.open(storage, "m.pt");
        assertThat(checkpoint.tensors()).hasSize(names.length);
    }

    private static double frobenius(AuditReport report, String name) {
        return report.tensors().stream()
                .filter(row -> row.tensor().name().equals(name))
                .mapToDouble(row -> Objects.requireNonNull(row.statistics()).frobenius())
                .findFirst()
                .orElseThrow();
    }
}
