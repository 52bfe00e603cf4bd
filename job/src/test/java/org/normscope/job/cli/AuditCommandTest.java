package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.format.safetensors.SafetensorsFormat;
import org.normscope.job.demo.DemoCheckpoint;
import org.normscope.job.engine.EngineFactory;
import org.normscope.report.TextReport;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

class AuditCommandTest {
    @TempDir
    private static Path checkpoint = Path.of("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeCheckpoint() throws IOException {
        DemoCheckpoint.write(checkpoint);
    }

    @Test
    void printsTheTableAndWritesNothing() {
        Cli cli = Cli.run("audit", checkpoint.toString(), "--include", "conv*,tiny*,position*");

        assertThat(cli.status()).isZero();
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out())
                .contains("conv.weight", "11 tensors: 2 analyzed, 9 skipped, 0 failed", "integers and booleans");
    }

    @Test
    void writesReportTableAndParquetAndNothingElse() throws IOException {
        Cli cli = Cli.run("audit", checkpoint.toString(), "--exclude", "path*", "--out", folder.toString());

        assertThat(cli.status()).isZero();
        assertThat(names()).containsExactly("report.html", "report.json", "weights.csv", "weights.parquet");
        assertThat(cli.out()).contains("Report: " + folder.resolve("report.json"));
    }

    @Test
    void existingReportIsRefusedBeforeAnythingIsComputed() throws IOException {
        Files.writeString(folder.resolve("report.json"), "mine");

        Cli refused = Cli.run("audit", checkpoint.toString(), "--out", folder.toString());
        assertThat(refused)
                .isEqualTo(new Cli(
                        64, "", "normscope: " + folder.resolve("report.json") + " exists; --overwrite replaces it\n"));
        assertThat(folder.resolve("report.json")).hasContent("mine");

        Cli allowed = Cli.run(
                "audit", checkpoint.toString(), "--include", "tiny*", "--out", folder.toString(), "--overwrite");
        assertThat(allowed.status()).isZero();
        assertThat(Files.readString(folder.resolve("report.json"))).startsWith("{\n  \"schema\": 1,");
    }

    @Test
    void jsonOnStandardOutputIsTheReport() throws IOException {
        Cli cli = Cli.run("audit", checkpoint.toString(), "--include", "conv*", "--json", "--seed", "7", "--top", "2");
        JsonNode report = new ObjectMapper().readTree(cli.out());

        assertThat(report.at("/provenance/seed").asLong()).isEqualTo(7);
        assertThat(report.get("tensors")).hasSize(11);
        assertThat(report.at("/weights/5/singular_values")).hasSize(2);
    }

    @Test
    void quietSaysNothing() {
        Cli cli = Cli.run("audit", checkpoint.toString(), "--include", "conv*", "--quiet");

        assertThat(cli).isEqualTo(new Cli(0, "", ""));
    }

    @Test
    void settingsFileIsObeyed() throws IOException {
        Path settings = Files.writeString(folder.resolve("s.properties"), "include=conv*\njson=true\nseed=3\n");
        Cli cli = Cli.run("audit", checkpoint.toString(), "--settings", settings.toString());

        assertThat(new ObjectMapper().readTree(cli.out()).at("/ledger/analyzed").asInt())
                .isEqualTo(1);
    }

    @Test
    void vectorsAreASafetensorsFile() throws IOException, BadCheckpointException {
        Cli cli = Cli.run(
                "audit",
                checkpoint.toString(),
                "--include",
                "conv*,rank*",
                "--top",
                "2",
                "--vectors",
                folder.toString());

        List<StoredTensor> found = new SafetensorsFormat()
                .read(new LocalStorage(), folder.resolve("vectors.safetensors").toString())
                .tensors();
        assertThat(cli.status()).isZero();
        assertThat(names()).containsExactly("vectors.safetensors");
        assertThat(found)
                .extracting(StoredTensor::name)
                .containsExactly("rank_one.weight.u", "rank_one.weight.v", "conv.weight.u", "conv.weight.v");
        assertThat(found.get(2).shape()).isEqualTo(Shape.of(2, 64));
        assertThat(found.get(3).shape()).isEqualTo(Shape.of(2, 576));
    }

    @Test
    void vectorsHaveTheSameBytesEveryTime() throws IOException {
        byte[] first = vectors("a");

        assertThat(vectors("b")).isEqualTo(first);
    }

    private byte[] vectors(String name) throws IOException {
        String out = folder.resolve(name).toString();
        Cli.run("audit", checkpoint.toString(), "--exclude", "path*", "--seed", "1", "--vectors", out);
        return Files.readAllBytes(folder.resolve(name).resolve("vectors.safetensors"));
    }

    @Test
    void tensorThatCannotBeReadIsThreeAndTheReportNamesIt() throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Streams streams = new Streams(Cli.print(err), Cli.print(err), Streams.Progress.NONE);
        AuditRun audit = AuditRun.open(checkpoint.toString());
        AuditPlan plan = audit.plan(AuditSettings.DEFAULT, AuditPlan.Request.REPORT_ONLY);
        EngineFactory failing = (storage, kernels) -> EngineFactory.LOCAL.open(new DiskThatDies(storage), kernels);

        AuditReport report = audit.run(plan, failing, streams, (weight, vectors) -> {});

        assertThat(AuditCommand.status(report, streams)).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("normscope: 10 tensors could not be read; the report names each, with the reason\n");
        assertThat(TextReport.of(report)).contains("Failed, for they could not be read:", "the disk died");
    }

    @Test
    void aCheckpointThatIsWrittenWhileItIsAuditedIsNoted() throws Exception {
        Streams streams = new Streams(System.out, System.err, Streams.Progress.NONE);
        AuditRun audit = AuditRun.open(checkpoint.toString());
        AuditPlan plan = audit.plan(AuditSettings.DEFAULT, AuditPlan.Request.REPORT_ONLY);
        EngineFactory writing = (storage, kernels) -> {
            FileTime later = FileTime.fromMillis(System.currentTimeMillis() + 10_000);
            Files.setLastModifiedTime(checkpoint.resolve("model-00001-of-00002.safetensors"), later);
            return EngineFactory.LOCAL.open(storage, kernels);
        };
        AuditReport before = audit.run(plan, EngineFactory.LOCAL, streams, (weight, vectors) -> {});
        AuditReport report = audit.run(plan, writing, streams, (weight, vectors) -> {});

        assertThat(before.checkpoint().notes()).isEmpty();
        assertThat(AuditCommand.status(before, streams)).isZero();
        assertThat(report.checkpoint().notes()).containsExactly(AuditRun.CHANGED);
        assertThat(AuditCommand.status(report, streams)).isEqualTo(3);
    }

    @Test
    void inspectListsEveryTensorAndReadsNoNumbers() {
        Cli cli = Cli.run("inspect", checkpoint.toString(), "--certify", "rigorous");

        assertThat(cli.status()).isZero();
        assertThat(cli.out())
                .contains("[64, 64, 3, 3]", "An audit would skip:", "spectral norms of 9 of 9 matrices")
                .doesNotContain("krylov");
    }

    @Test
    void truncatedShardIsTwoAndNoReport() throws IOException {
        Path broken = Files.createDirectories(folder.resolve("broken"));
        DemoCheckpoint.write(broken);
        Path shard = broken.resolve("model-00002-of-00002.safetensors");
        byte[] bytes = Files.readAllBytes(shard);
        Files.write(shard, Arrays.copyOf(bytes, bytes.length - 10));

        Cli cli = Cli.run(
                "audit", broken.toString(), "--out", folder.resolve("out").toString());

        assertThat(cli.status()).isEqualTo(2);
        assertThat(cli.err().lines()).hasSize(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
