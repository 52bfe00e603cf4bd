package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.testing.SampleCheckpoint;

class PlanCommandTest {
    @TempDir
    Path folder;

    private String checkpoint = "";

    @BeforeEach
    void writeCheckpoint() throws IOException {
        checkpoint = SampleCheckpoint.write(folder).toString();
    }

    @Test
    void matricesThatFitABlockStayWhole() {
        Cli cli = Cli.run("plan", checkpoint);

        assertThat(cli.status()).isZero();
        assertThat(cli.out())
                .contains("tall.weight", "whole", "none is striped", "Suggested: 1 executor of 4 cores")
                .doesNotContain("Striped:");
    }

    @Test
    void matricesLargerThanABlockAreStripedAndTheFiguresAddUp() throws IOException {
        Cli cli = Cli.run("plan", checkpoint, "--block-bytes", "4096", "--json");

        assertThat(cli.status()).isZero();
        JsonNode plan = new ObjectMapper().readTree(cli.out());
        long read = 0;
        long cached = 0;
        for (JsonNode tensor : plan.path("tensors")) {
            read += tensor.path("bytes_read").asLong();
            cached += tensor.path("bytes_cached").asLong();
            if (tensor.path("name").asText().equals("tall.weight")) {
                // 700 rows of 130 F32: 7 rows in 4096 bytes.
                assertThat(tensor.path("stripes").asInt()).isEqualTo(100);
                assertThat(tensor.path("how").asText()).isEqualTo("plain");
                assertThat(tensor.path("batch_index").asInt(-1)).isZero();
                assertThat(tensor.path("bytes_read").asLong()).isEqualTo(700 * 130 * 4);
            }
        }
        JsonNode totals = plan.path("totals");
        assertThat(totals.path("bytes_read").asLong()).isEqualTo(read);
        assertThat(totals.path("bytes_cached").asLong()).isEqualTo(cached).isPositive();
        assertThat(totals.path("bytes_read_without_cache").asLong()).isGreaterThan(read);
    }
}
