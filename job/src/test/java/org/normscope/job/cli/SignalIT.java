package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.job.demo.DemoCheckpoint;

class SignalIT {
    @TempDir
    private Path folder;

    @Test
    void terminatedAuditIs143AndLeavesNothingButItsJournal() throws IOException, InterruptedException {
        assertThat(statusAfter("TERM")).isEqualTo(143);
        assertThat(files()).isEmpty();
    }

    @Test
    void interruptedAuditIs130AndLeavesNothingButItsJournal() throws IOException, InterruptedException {
        assertThat(statusAfter("INT")).isEqualTo(130);
        assertThat(files()).isEmpty();
    }

    /** An audit that would take seconds, stopped as soon as its folder is there. */
    private int statusAfter(String signal) throws IOException, InterruptedException {
        DemoCheckpoint.write(folder.resolve("checkpoint"));
        String checkpoint = folder.resolve("checkpoint").toString();
        String out = folder.resolve("out").toString();
        Process audit = MainProcess.start(
                folder.resolve("log"), List.of("audit", checkpoint, "--tolerance", "1e-7", "--out", out));
        while (audit.isAlive() && !Files.exists(folder.resolve("out"))) {
            Thread.sleep(20);
        }
        Thread.sleep(300);
        new ProcessBuilder("kill", "-" + signal, String.valueOf(audit.pid()))
                .start()
                .waitFor();
        assertThat(audit.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return audit.exitValue();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.filter(file -> !file.toString().endsWith(".journal")).toList();
        }
    }
}
