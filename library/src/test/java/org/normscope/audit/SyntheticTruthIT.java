package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.testing.Suite;

/** Checkpoints written on demand by {@code peers/make_synthetic.py}, with planted norms. */
class SyntheticTruthIT {
    private static final int MATRICES = 44;

    @TempDir
    Path home;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"bf16, ", "f16, ", "f32, ", "bf16, nan", "f16, nan", "f32, nan", "bf16, inf", "f16, inf", "f32, inf"})
    void plantedNormsAreFoundWhateverElseIsPoisoned(String dtype, @org.jspecify.annotations.Nullable String poison)
            throws Exception {
        Suite.CORPUS.requireOrSkip();
        Suite.TORCH.requireOrSkip();
        List<String> command = new ArrayList<>(List.of(
                Suite.pythonWith("torch").orElseThrow().toString(),
                Suite.corpusFolder().resolve("peers/make_synthetic.py").toString(),
                home.toString(),
                "--preset",
                "small",
                "--dtype",
                dtype));
        if (poison != null) {
            command.addAll(List.of("--poison", poison));
        }
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as("%s", command).isZero();
        AuditReport report = LocalAudit.of(home.toString()).run(LocalAudit.SEEDED);
        Truths truths = new Truths();
        truths.judge(report, home.resolve("truth.json"));
        assertThat(truths.judged()).isEqualTo(MATRICES);
        assertThat(report.count(Status.SKIPPED)).isEqualTo(poison == null ? 0 : 1);
        assertThat(report.weights().stream().filter(row -> row.reason() != null))
                .as("only a poisoned weight has something to explain")
                .hasSize(poison == null ? 0 : 1);
    }
}
