package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    @TempDir
    private Path folder;

    @Test
    void demoKeepsItsPromises() {
        Cli cli = Cli.run("demo", "--out", folder.toString());

        assertThat(cli.out())
                .contains("All 8 truths lie in their intervals.", "both reports are the same, byte for byte.");
        assertThat(cli.status()).isZero();
        assertThat(folder.resolve("local/report.json")).exists();
        assertThat(folder.resolve("spark/weights.parquet")).exists();
    }

    @Test
    void auditOnSparkReportsTheEngineAndTheSameNumbers() {
        demoKeepsItsPromises();
        Cli cli = Cli.run(
                "audit", folder.resolve("checkpoint").toString(), "--master", "local[2]", "--json", "--include", "t*");

        assertThat(cli.status()).isZero();
        assertThat(cli.out()).contains("\"engine\": \"spark\"");
    }
}
