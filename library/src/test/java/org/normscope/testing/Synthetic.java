package org.normscope.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** Llama-shaped checkpoints with planted norms, written on demand by {@code peers/make_synthetic.py} of the corpus folder. */
public final class Synthetic {
    /** Matrices of the {@code small} preset. */
    public static final int SMALL_MATRICES = 44;

    private Synthetic() {}

    /**
     * Writes the {@code small} preset, 25 million numbers, and its {@code truth.json}; skips the calling test where that can't be done.
     *
     * @param options more options of the script
     */
    public static void writeSmall(Path folder, List<String> options) throws IOException, InterruptedException {
        Suite.CORPUS.requireOrSkip();
        Suite.TORCH.requireOrSkip();
        List<String> command = new ArrayList<>(List.of(
                Suite.pythonWith("torch").orElseThrow().toString(),
                Suite.corpusFolder().resolve("peers/make_synthetic.py").toString(),
                folder.toString(),
                "--preset",
                "small"));
        command.addAll(options);
        Process process = new ProcessBuilder(command).inheritIO().start();
        Assertions.assertEquals(0, process.waitFor(), command::toString);
    }
}
