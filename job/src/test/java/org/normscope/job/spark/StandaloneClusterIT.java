package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.testing.SampleCheckpoint;
import org.normscope.testing.Suite;

/** What a user types, on a real cluster: the launcher submits the shaded jar to a standalone master with two workers. */
class StandaloneClusterIT {
    private static final Path ROOT = Suite.repository();

    @TempDir
    Path folder;

    @BeforeAll
    static void needsBash() {
        Suite.CLUSTER.requireOrSkip();
    }

    @Test
    void theSubmittedJarGivesTheSameReportAsTheLocalEngine() throws Exception {
        Path checkpoint = SampleCheckpoint.write(Files.createDirectory(folder.resolve("checkpoint")));
        Path local = folder.resolve("local");
        Path cluster = folder.resolve("cluster");
        normscope("audit", checkpoint.toString(), "--seed", "99", "--out", local.toString());
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        try (StandaloneCluster spark = StandaloneCluster.start(ROOT, scratch)) {
            normscope(
                    "audit",
                    "--master",
                    spark.url(),
                    checkpoint.toString(),
                    "--seed",
                    "99",
                    "--out",
                    cluster.toString());
        }
        assertThat(run(cluster).path("engine").asText()).isEqualTo("spark");
        assertThat(run(cluster).path("master").asText()).startsWith("spark://");
        assertThat(withoutRun(cluster)).isEqualTo(withoutRun(local));
        assertThat(cluster.resolve("weights.csv")).hasSameBinaryContentAs(local.resolve("weights.csv"));
    }

    private void normscope(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("bash", ROOT.resolve("normscope").toString()));
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(folder, "normscope", ".log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("SPARK_HOME");
        builder.environment().remove("SPARK_DIST_CLASSPATH");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private static JsonNode run(Path report) throws IOException {
        return new ObjectMapper()
                .readTree(report.resolve("report.json").toFile())
                .path("provenance")
                .path("run");
    }

    private static String withoutRun(Path report) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode tree = mapper.readTree(report.resolve("report.json").toFile());
        ((ObjectNode) tree.path("provenance")).remove("run");
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }
}
