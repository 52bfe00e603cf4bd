package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.job.storage.S3Server;
import org.normscope.testing.SampleCheckpoint;
import org.normscope.testing.Suite;

/** What a user types, on a real cluster: the launcher submits the shaded jar to a standalone master with two workers. */
class StandaloneClusterIT {
    private static final Path ROOT = Suite.repository();

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("SPARK_LOCAL_IP", "127.0.0.1"));

    @BeforeAll
    static void needsBash() {
        Suite.CLUSTER.requireOrSkip();
    }

    @Test
    void theSubmittedJarGivesTheSameReportAsTheLocalEngineFromDisksAndFromS3() throws Exception {
        Path checkpoint = SampleCheckpoint.write(Files.createDirectory(folder.resolve("checkpoint")));
        Path local = folder.resolve("local");
        Path cluster = folder.resolve("cluster");
        normscope("audit", checkpoint.toString(), "--seed", "99", "--out", local.toString());
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        Path overS3 = folder.resolve("s3");
        try (StandaloneCluster spark = StandaloneCluster.start(ROOT, scratch);
                S3Server s3 = S3Server.start()) {
            environment.putAll(s3.environment());
            normscope(
                    "audit",
                    s3.upload(checkpoint, "sample"),
                    "--master",
                    spark.url(),
                    "--seed",
                    "99",
                    "--out",
                    overS3.toString());
            assertThat(s3.deliveries().files()).contains("sample/model-00002-of-00002.safetensors");
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
        assertThat(overS3.resolve("weights.csv")).hasSameBinaryContentAs(local.resolve("weights.csv"));
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
        builder.environment().putAll(environment);
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
