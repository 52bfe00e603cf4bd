package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.KeyLayout.WeightKeys;
import org.normscope.parity.SpectralNormalization;
import org.normscope.parity.WeightNormalization;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.Suite;

/** Torch loads what was written, strictly, into modules under its norms, and they apply the weights that we compute. */
class TorchRewriteTest {
    private static final LocalStorage DISK = new LocalStorage();

    @TempDir
    private Path folder;

    @BeforeEach
    void needsTorch() {
        Suite.TORCH.requireOrSkip();
    }

    @ParameterizedTest
    @CsvSource({"weight, 0", "whole,"})
    void weightNormsAreLoaded(String norm, @Nullable Integer dim) throws Exception {
        WeightNormalization settings = WeightNormalization.of(KeyLayout.LEGACY).withDim(dim);
        assertLoaded(norm, written(Decomposition.of(plain(), settings, Selection.ALL), "now"));
    }

    @ParameterizedTest
    @EnumSource
    void spectralNormsAreLoaded(KeyLayout layout) throws Exception {
        SpectralNormalization settings = SpectralNormalization.of(layout);
        Selection transposed = new Selection(List.of("up.*"), List.of());
        Selection others = new Selection(List.of(), List.of("up.*"));
        Checkpoint half = written(SpectralRegistration.of(plain(), settings, 5, others), "half");
        Checkpoint now =
                written(SpectralRegistration.of(half, settings.forModule("ConvTranspose1d"), 5, transposed), "now");
        assertLoaded(layout.name().toLowerCase(Locale.ROOT), now);
    }

    private Checkpoint plain() throws Exception {
        String file = folder.resolve("plain.pt").toString();
        torch("write", file);
        return Checkpoints.open(DISK, file);
    }

    private Checkpoint written(Rewrite rewrite, String name) throws Exception {
        return Loaded.written(rewrite.tensors(), 1 << 20, DISK, folder.resolve(name));
    }

    private void assertLoaded(String norm, Checkpoint now) throws Exception {
        Rewrite fusion = Fusion.of(now, Selection.ALL);
        assertThat(fusion.changes()).hasSize(6);
        written(fusion, "fused");
        String said = torch(
                "check",
                norm,
                folder.resolve("now/model.safetensors").toString(),
                folder.resolve("fused/model.safetensors").toString());
        assertThat(said).isEqualTo("<All keys matched successfully>\nok 11");
    }

    /** Torch 1.13 has no parametrized weight norm: what torch 2.13 stored of it has the same keys, types and shapes as ours. */
    @Test
    void parametrizedWeightNormsAreStoredAsNewerTorchDoes() throws Exception {
        Suite.CORPUS.requireOrSkip();
        Checkpoint torchs = Checkpoints.open(
                DISK, Suite.corpusFolder().resolve("modern/weight_norm.pt").toString());
        Checkpoint fused = written(Fusion.of(torchs, Selection.ALL), "fused");
        WeightNormalization settings = WeightNormalization.of(KeyLayout.PARAMETRIZED);
        Checkpoint rows = written(
                Decomposition.of(fused, settings, new Selection(List.of("linear.*", "convt.*"), List.of())), "rows");
        Checkpoint last = written(
                Decomposition.of(rows, settings.withDim(2), new Selection(List.of("conv.*"), List.of())), "last");
        Checkpoint now = written(
                Decomposition.of(last, settings.withDim(null), new Selection(List.of("whole.*"), List.of())), "now");
        assertThat(described(now)).containsExactlyInAnyOrderElementsOf(described(torchs));
        for (String weight : List.of("linear.weight", "convt.weight", "conv.weight", "whole.weight")) {
            WeightKeys keys = KeyLayout.PARAMETRIZED.weightNorm(weight);
            // g may be negative in torch's, and has the length of the slices in ours.
            double[] theirs = Loaded.values(DISK, torchs, keys.g());
            double[] ours = Loaded.values(DISK, now, keys.g());
            for (int i = 0; i < ours.length; i++) {
                assertThat(ours[i])
                        .isCloseTo(Math.abs(theirs[i]), org.assertj.core.api.Assertions.within(2e-7 * ours[i]));
            }
        }
    }

    private static List<String> described(Checkpoint checkpoint) {
        return checkpoint.tensors().stream()
                .map((StoredTensor tensor) -> tensor.name() + " " + tensor.dtype() + " " + tensor.shape())
                .toList();
    }

    private static String torch(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Suite.pythonWith("torch").orElseThrow().toString(),
                Suite.repository()
                        .resolve("library/src/test/fixtures/torch_rewrite.py")
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
