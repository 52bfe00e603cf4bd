package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.Synthetic;

/** A checkpoint of 25 million numbers with planted norms, all of which exceed the cap or don't: afterwards none does. */
class NormalizedSmallIT {
    private static final LocalStorage DISK = new LocalStorage();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "f16", "f32"})
    void everyUpperBoundIsAtMostTheCapButForToleranceAndRounding(String dtype) throws Exception {
        Path old = folder.resolve("old");
        Synthetic.writeSmall(old, List.of("--dtype", dtype));
        AuditReport before = Audited.of(DISK, old.toString(), Audited.SETTINGS);
        Rewrite rewrite = Normalization.capped(before, 1);
        assertThat(rewrite.left()).isEmpty();
        long above =
                before.weights().stream().filter(row -> Audited.upper(row) > 1).count();
        assertThat(rewrite.changes()).hasSize((int) above).isNotEmpty();
        Loaded.written(rewrite.tensors(), 20 << 20, DISK, folder.resolve("new"));
        AuditReport after = Audited.of(DISK, folder.resolve("new").toString(), Audited.SETTINGS);
        assertThat(after.weights()).hasSize(Synthetic.SMALL_MATRICES);
        for (WeightRow row : after.weights()) {
            assertThat(Audited.upper(row)).as(row.weight().name()).isLessThanOrEqualTo(Audited.most(row, 1));
        }
    }
}
