package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.StoredTensor;

class MigrateCommandTest {
    @TempDir
    private Path folder;

    private String old = "";
    private byte[] oldBytes = {};
    private String out = "";

    @BeforeEach
    void writeCheckpoint() throws IOException {
        Path file = NormedCheckpoint.write(folder.resolve("old"));
        old = file.toString();
        oldBytes = Files.readAllBytes(file);
        out = folder.resolve("new").toString();
    }

    @AfterEach
    void theOldCheckpointIsAsItWas() {
        assertThat(Path.of(old)).hasBinaryContent(oldBytes);
    }

    private Cli migrate(String... options) {
        List<String> call = new ArrayList<>(List.of("migrate", old));
        call.addAll(List.of(options));
        return Cli.run(call.toArray(String[]::new));
    }

    private List<String> names() throws IOException {
        if (!Files.exists(Path.of(out))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Path.of(out))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private List<String> tensors() throws Exception {
        return Checkpoints.open(new LocalStorage(), out).tensors().stream()
                .map(StoredTensor::name)
                .toList();
    }

    @Test
    void writesTheOtherKeysAndShowsNormsBeforeAndAfter() throws Exception {
        Cli cli = migrate("--layout", "parametrized", "--out", out);

        assertThat(cli.err()).isEmpty();
        assertThat(cli.status()).isZero();
        assertThat(cli.out())
                .contains(
                        "2 weights are changed", "a.weight", "gan.critic.weight", "No norm has changed", "is a vector")
                .contains("5 tensors are copied.", "Written to " + out, "model.safetensors");
        assertThat(names()).containsExactly("model.safetensors");
        assertThat(tensors())
                .startsWith(
                        "a.parametrizations.weight.original0",
                        "a.parametrizations.weight.original1",
                        "a.bias",
                        "gan.critic.parametrizations.weight.original")
                .endsWith("vector.weight_u", "vector.weight_v", "plain.weight");
    }

    @Test
    void thereAndBackIsTheSameFile() throws Exception {
        assertThat(migrate("--layout", "parametrized", "--out", out).status()).isZero();
        String back = folder.resolve("back").toString();
        assertThat(Cli.run("migrate", out, "--layout", "legacy", "--out", back).status())
                .isZero();
        // The old file has no metadata: only the headers differ.
        byte[] there = Files.readAllBytes(Path.of(back, "model.safetensors"));
        int data = (30 + 600 + 30 + 360 + 24 + 15 + 9 + 9 + 1 + 640) * 4;
        assertThat(Arrays.copyOfRange(there, there.length - data, there.length))
                .isEqualTo(Arrays.copyOfRange(oldBytes, oldBytes.length - data, oldBytes.length));
    }

    @Test
    void dryRunShowsEveryKeyAndWritesNothing() throws IOException {
        Cli cli = migrate("--layout", "parametrized", "--out", out, "--dry-run", "--max-shard-size", "2KB");

        assertThat(cli.status()).isZero();
        assertThat(cli.out())
                .contains("2 weights would change:")
                .contains("a.weight_g -> a.parametrizations.weight.original0 F32 [30, 1]")
                .contains("gan.critic.weight_u -> gan.critic.parametrizations.weight.0._u F32 [24]")
                .contains("vector.weight", "is a vector")
                .contains("model-00001-of-", "model.safetensors.index.json");
        assertThat(names()).isEmpty();
        assertThat(migrate("--layout", "parametrized", "--dry-run").status()).isZero();
    }

    @Test
    void onlySelectedWeightsChange() throws Exception {
        Cli cli = migrate("--layout", "parametrized", "--out", out, "--exclude", "gan.*", "--quiet");

        assertThat(cli).isEqualTo(new Cli(0, "", ""));
        assertThat(tensors()).contains("a.parametrizations.weight.original0", "gan.critic.weight_orig");
    }

    @Test
    void jsonHasEverything() throws Exception {
        Cli cli = migrate("--layout", "parametrized", "--out", out, "--max-shard-size", "2KB", "--json", "--seed", "5");

        JsonNode json = new ObjectMapper().readTree(cli.out());
        assertThat(json.path("out").asText()).isEqualTo(out);
        assertThat(json.path("seed").asInt()).isEqualTo(5);
        assertThat(json.path("changes")).hasSize(2);
        assertThat(json.at("/changes/0/before/1").asText()).isEqualTo("a.weight_v");
        assertThat(json.at("/left/0/weight").asText()).isEqualTo("vector.weight");
        assertThat(json.path("copied").asInt()).isEqualTo(5);
        for (JsonNode norm : json.path("norms")) {
            assertThat(norm.path("after").path("lower"))
                    .isEqualTo(norm.path("before").path("lower"));
            assertThat(norm.at("/after/upper").asDouble()).isPositive();
        }
        List<String> files = new ArrayList<>();
        for (JsonNode file : json.path("files")) {
            files.add(file.path("name").asText());
            assertThat(Path.of(out, file.path("name").asText()))
                    .hasSize(file.path("bytes").asLong());
            assertThat(file.path("sha256").asText()).hasSize(64);
        }
        assertThat(files).containsExactlyInAnyOrderElementsOf(names()).endsWith("model.safetensors.index.json");
        assertThat(new ObjectMapper()
                        .readTree(migrate("--layout", "legacy", "--dry-run", "--json")
                                .out())
                        .path("changes"))
                .isEmpty();
    }

    @Test
    void existingFilesAreRefusedBeforeAnythingIsReadAndReplacedWhereAllowed() throws Exception {
        Files.createDirectories(Path.of(out));
        Files.writeString(Path.of(out, "model.safetensors"), "mine");
        Cli refused = migrate("--layout", "parametrized", "--out", out);
        assertThat(refused)
                .isEqualTo(new Cli(
                        64,
                        "",
                        "normscope: " + Path.of(out, "model.safetensors") + " exists; --overwrite replaces it\n"));
        assertThat(Path.of(out, "model.safetensors")).hasContent("mine");

        assertThat(migrate("--layout", "parametrized", "--out", out, "--overwrite")
                        .status())
                .isZero();
        assertThat(tensors()).hasSize(10);
    }

    @Test
    void theFolderOfTheOldCheckpointIsRefusedHoweverItIsCalled() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("old"));
        for (String same : List.of(folder + "/old", folder + "/old/", folder + "/new/../old", link.toString())) {
            Files.createDirectories(Path.of(out));
            Cli cli = migrate("--layout", "parametrized", "--out", same, "--overwrite");
            assertThat(cli.status()).as(same).isEqualTo(64);
            assertThat(cli.err()).contains("--out: the old checkpoint lies in", "give another folder");
        }
    }

    @Test
    void callsThatMakeNoSenseAreOneLine() {
        assertThat(migrate("--layout", "parametrized"))
                .isEqualTo(
                        new Cli(
                                64,
                                "",
                                "normscope: --out is missing: the folder for the new checkpoint; --dry-run shows what would be written\n"));
        assertThat(migrate("--out", out).err()).contains("--layout is missing: legacy or parametrized");
        assertThat(migrate("--layout", "old", "--out", out).err())
                .contains("--layout must be one of legacy, parametrized, not 'old'");
        assertThat(migrate("--layout", "legacy", "--out", out, "--max-shard-size", "0")
                        .err())
                .contains("--max-shard-size must be a size such as 5GB, at least 1, not '0'");
        assertThat(Cli.run("migrate", folder + "/none.pt", "--layout", "legacy", "--out", out)
                        .status())
                .isEqualTo(2);
    }

    @Test
    void whatWouldBeReadAlongInTheNewFolderIsFoundBeforeAnythingIsVisible() throws IOException {
        NormedCheckpoint.write(Path.of(out));
        Files.move(Path.of(out, "model.safetensors"), Path.of(out, "other.safetensors"));
        Cli cli = migrate("--layout", "parametrized", "--out", out);

        assertThat(cli.status()).isEqualTo(3);
        assertThat(cli.err()).contains("normscope: ").hasLineCount(1);
        assertThat(names()).containsExactly("other.safetensors");
    }

    @Test
    void nothingToChangeIsSaidAndCopied() throws Exception {
        Cli cli = migrate("--layout", "legacy", "--out", out);

        assertThat(cli.status()).isZero();
        assertThat(cli.out()).contains("No weight is changed.", "10 tensors are copied.");
        assertThat(tensors()).hasSize(10);
    }

    @Test
    void sparkWritesTheSameBytes() throws Exception {
        String spark = folder.resolve("spark").toString();
        String[] options = {"--layout", "parametrized", "--max-shard-size", "1KB", "--seed", "3"};
        Cli local = migrate(
                Stream.concat(Stream.of(options), Stream.of("--out", out)).toArray(String[]::new));
        Cli onSpark = migrate(Stream.concat(Stream.of(options), Stream.of("--out", spark, "--master", "local[2]"))
                .toArray(String[]::new));

        assertThat(onSpark.status()).as(onSpark.err()).isZero();
        assertThat(onSpark.out()).isEqualTo(local.out().replace(out, spark));
        assertThat(names()).hasSizeGreaterThan(3);
        for (String name : names()) {
            assertThat(Path.of(spark, name)).hasSameBinaryContentAs(Path.of(out, name));
        }
        try (Stream<Path> files = Files.list(Path.of(spark))) {
            assertThat(files).hasSameSizeAs(names());
        }
    }
}
