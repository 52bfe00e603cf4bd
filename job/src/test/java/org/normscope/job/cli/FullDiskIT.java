package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.tensor.Shape;

/** New checkpoints for which there is no room: processes that the system lets write files of 1 MB and no larger ones. */
class FullDiskIT {
    private static final int BLOCKS = 2_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"decompose, ''", "decompose, --master local[2]", "normalize, ''"})
    void nothingIsLeftAndTheStatusIsThree(String command, String engine) throws Exception {
        Path old = RandomLayers.write(folder.resolve("model.safetensors"), Collections.nCopies(4, Shape.of(1000, 900)));
        byte[] bytes = Files.readAllBytes(old);
        Path out = folder.resolve("out");
        Path log = folder.resolve("log");
        List<String> call = new ArrayList<>(List.of(command, old.toString(), "--out", out.toString(), "--seed", "3"));
        call.addAll(List.of("--max-shard-size", "4MB"));
        call.addAll(engine.isEmpty() ? List.of() : List.of(engine.split(" ")));
        int status = MainProcess.limited(log, BLOCKS, call).waitFor();
        String said = MainProcess.tail(log);
        assertThat(status).as(said).isEqualTo(3);
        assertThat(said.lines().filter(line -> line.startsWith("normscope: ") && line.contains("writing it failed")))
                .as(said)
                .hasSize(1);
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files).isEmpty();
        }
        assertThat(old).hasBinaryContent(bytes);
    }
}
