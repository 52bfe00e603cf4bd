package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.tensor.Shape;

/** Audits in processes of their own, killed whenever, until they are through. */
class ResumeIT {
    private static final int KILLS = 20;
    private static final int MATRICES = 80;
    private static final int COLS = 320;
    /** Every second matrix is larger, and cut into slabs. */
    private static final String BLOCK_BYTES = "256KB";
    /** How much of a journal may be lost when a machine dies. */
    private static final int TORN = 200;

    @TempDir
    private Path folder;

    @Test
    void killedTwentyTimesAtRandomAndResumedTheBytesAreTheSame() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Path checkpoint = RandomLayers.write(folder.resolve("model.safetensors"), shapes());
        Path truth = folder.resolve("truth");
        long began = System.nanoTime();
        assertThat(audit(checkpoint, truth, "--seed", "99").waitFor()).isZero();
        long whole = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        int goneOnWith = 0;
        int round = 0;
        for (int kills = 0; kills < KILLS; round++) {
            Path out = folder.resolve("out-" + round);
            Process audit = audit(checkpoint, out, "--resume", "--seed", "99");
            boolean published = false;
            while (!published && kills < KILLS && killed(audit, random.nextLong(whole / 4, whole), kills % 2 == 0)) {
                kills++;
                goneOnWith += Files.exists(out.resolve("audit-1.journal")) ? 1 : 0;
                published = Files.exists(out.resolve("report.json"));
                if (!published) {
                    tear(out, random.nextInt(TORN));
                    audit = audit(checkpoint, out, "--resume", "--seed", "99");
                }
            }
            // One that is killed after its report has its name has nothing left to go on with.
            if (!published) {
                assertThat(audit.waitFor())
                        .as("seed %d: %s", seed, MainProcess.tail(folder.resolve("log")))
                        .isZero();
                assertThat(out.resolve("audit-1.journal")).doesNotExist();
            }
            assertThat(out.resolve("weights.csv")).hasSameBinaryContentAs(truth.resolve("weights.csv"));
            assertThat(withoutRun(out)).isEqualTo(withoutRun(truth));
        }
        assertThat(goneOnWith).as("kills after the first result, seed %d", seed).isPositive();
    }

    /** Whether it was killed before it ended by itself. */
    private static boolean killed(Process audit, long millis, boolean gently) throws Exception {
        if (audit.waitFor(millis, TimeUnit.MILLISECONDS)) {
            return false;
        }
        if (gently) {
            audit.destroy();
        } else {
            audit.destroyForcibly();
        }
        return audit.waitFor() != 0;
    }

    /** Takes the last bytes of the last journal away, as a machine does that dies before they are on its disk. */
    private static void tear(Path out, int bytes) throws IOException {
        int last = 0;
        while (Files.exists(out.resolve("audit-" + (last + 1) + ".journal"))) {
            last++;
        }
        if (last > 0) {
            Path journal = out.resolve("audit-" + last + ".journal");
            try (FileChannel file = FileChannel.open(journal, StandardOpenOption.WRITE)) {
                file.truncate(Math.max(0, file.size() - bytes));
            }
        }
    }

    private Process audit(Path checkpoint, Path out, String... options) throws IOException {
        List<String> call = new ArrayList<>(List.of("audit", checkpoint.toString(), "--out", out.toString()));
        call.addAll(List.of("--block-bytes", BLOCK_BYTES));
        call.addAll(List.of(options));
        return MainProcess.start(folder.resolve("log"), call);
    }

    private static List<Shape> shapes() {
        return IntStream.range(0, MATRICES)
                .mapToObj(i -> Shape.of(COLS / 2 << i % 2, COLS))
                .toList();
    }

    private static String withoutRun(Path report) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode tree = mapper.readTree(report.resolve("report.json").toFile());
        ((ObjectNode) tree.path("provenance")).remove("run");
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }
}
