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
import org.normscope.testing.Synthetic;

/** Checkpoints written on demand by {@code peers/make_synthetic.py}, with planted norms. */
class SyntheticTruthIT {
    @TempDir
    Path home;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"bf16, ", "f16, ", "f32, ", "bf16, nan", "f16, nan", "f32, nan", "bf16, inf", "f16, inf", "f32, inf"})
    void plantedNormsAreFoundWhateverElseIsPoisoned(String dtype, @org.jspecify.annotations.Nullable String poison)
            throws Exception {
        List<String> options = new ArrayList<>(List.of("--dtype", dtype));
        if (poison != null) {
            options.addAll(List.of("--poison", poison));
        }
        Synthetic.writeSmall(home, options);
        AuditReport report = LocalAudit.of(home.toString()).run(LocalAudit.SEEDED);
        Truths truths = new Truths();
        truths.judge(report, home.resolve("truth.json"));
        assertThat(truths.judged()).isEqualTo(Synthetic.SMALL_MATRICES);
        assertThat(report.count(Status.SKIPPED)).isEqualTo(poison == null ? 0 : 1);
        assertThat(report.weights().stream().filter(row -> row.reason() != null))
                .as("only a poisoned weight has something to explain")
                .hasSize(poison == null ? 0 : 1);
    }
}
