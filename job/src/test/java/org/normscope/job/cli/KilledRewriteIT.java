package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.tensor.Shape;

/** New checkpoints written by processes of their own, killed whenever. */
class KilledRewriteIT {
    private static final int KILLS = 4;
    private static final int MATRICES = 24;
    private static final int ORDER = 400;
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    private Path folder;

    @Test
    void noHalfCheckpointLooksWholeAndTheOldOneIsAsItWas() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Path old = RandomLayers.write(
                folder.resolve("model.safetensors"), Collections.nCopies(MATRICES, Shape.of(ORDER, ORDER)));
        byte[] bytes = Files.readAllBytes(old);
        Path truth = folder.resolve("truth");
        long began = System.nanoTime();
        assertThat(decompose(old, truth).waitFor()).as(log()).isZero();
        long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);

        for (int kill = 0; kill < KILLS; kill++) {
            Path out = folder.resolve("out-" + kill);
            boolean gently = kill % 2 == 0;
            Process writing = decompose(old, out);
            boolean killed = !writing.waitFor(random.nextLong(whole / 3, whole), TimeUnit.MILLISECONDS);
            if (killed && gently) {
                writing.destroy();
            } else if (killed) {
                writing.destroyForcibly();
            }
            int status = writing.waitFor();
            String about = "seed " + seed + ", kill " + kill + ", status " + status;
            assertThat(status).as(about).isIn(gently ? List.of(0, 143) : List.of(0, 137));
            if (Files.exists(out.resolve(INDEX))) {
                assertSame(about, out, truth);
            } else if (gently) {
                assertThat(files(out)).as(about).isEmpty();
            }
            assertThat(decompose(old, out, "--overwrite").waitFor())
                    .as(about + log())
                    .isZero();
            assertSame(about, out, truth);
        }
        assertThat(old).hasBinaryContent(bytes);
    }

    /** Every file of the checkpoint; a process that was killed may have left temporary ones. */
    private static void assertSame(String about, Path out, Path truth) throws IOException {
        List<String> names = files(truth);
        assertThat(names).as(about).hasSizeGreaterThan(3).contains(INDEX);
        for (String name : names) {
            assertThat(out.resolve(name)).as(about).hasSameBinaryContentAs(truth.resolve(name));
        }
        assertThat(files(out).stream().filter(name -> !name.startsWith(".")).toList())
                .as(about)
                .isEqualTo(names);
    }

    private static List<String> files(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private Process decompose(Path checkpoint, Path out, String... options) throws IOException {
        List<String> call = new ArrayList<>(List.of("decompose", checkpoint.toString(), "--out", out.toString()));
        call.addAll(List.of("--layout", "legacy", "--max-shard-size", "2MB", "--seed", "7"));
        call.addAll(List.of(options));
        return MainProcess.start(folder.resolve("log"), call);
    }

    private String log() throws IOException {
        return MainProcess.tail(folder.resolve("log"));
    }
}
