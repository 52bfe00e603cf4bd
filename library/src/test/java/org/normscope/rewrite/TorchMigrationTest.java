package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.Suite;

/** Torch loads what was migrated into modules of the other layout, strictly, and their outputs are the same, bit for bit. */
class TorchMigrationTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void needsTorch() {
        Suite.TORCH.requireOrSkip();
    }

    @ParameterizedTest
    @EnumSource
    void torchLoadsTheOtherLayout(KeyLayout target) throws Exception {
        torch("write", folder.toString());
        String source = target == KeyLayout.LEGACY ? "parametrized.pt" : "legacy.pt";
        LocalStorage disk = new LocalStorage();
        Rewrite migration =
                Migration.of(Checkpoints.open(disk, folder.resolve(source).toString()), target, Selection.ALL);
        assertThat(migration.changes()).hasSize(7);
        assertThat(migration.left()).isEmpty();
        Loaded.written(migration.tensors(), 1 << 20, disk, folder.resolve("new"));
        String file = folder.resolve("new/model.safetensors").toString();
        assertThat(torch("check", file, target.name().toLowerCase(Locale.ROOT))).isEqualTo("ok 27");
    }

    private static String torch(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Suite.pythonWith("torch").orElseThrow().toString(),
                Suite.repository()
                        .resolve("library/src/test/fixtures/torch_migrate.py")
                        .toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
