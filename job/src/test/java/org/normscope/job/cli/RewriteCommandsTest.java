package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.Checkpoints;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** fuse, decompose and normalize, from the command line to the tensors that are there afterwards. */
class RewriteCommandsTest {
    @TempDir
    private Path folder;

    private String normed = "";
    private String plain = "";
    private String out = "";
    private byte[] before = {};

    @BeforeEach
    void writeCheckpoints() throws IOException {
        normed = NormedCheckpoint.write(folder.resolve("normed")).toString();
        SplittableRandom random = new SplittableRandom(8);
        WrittenCheckpoint checkpoint = new WrittenCheckpoint();
        for (Map.Entry<String, Shape> tensor : new TreeMap<>(Map.of(
                        "linear.weight",
                        Shape.of(20, 12),
                        "conv.weight",
                        Shape.of(6, 4, 3),
                        "linear.bias",
                        Shape.of(20)))
                .entrySet()) {
            Shape shape = tensor.getValue();
            checkpoint.with(
                    tensor.getKey(),
                    DType.F32,
                    shape,
                    WrittenCheckpoint.random(DType.F32, (int) shape.elements(), random));
        }
        Files.createDirectories(folder.resolve("plain"));
        plain = Files.write(folder.resolve("plain/model.safetensors"), checkpoint.bytes())
                .toString();
        before = Files.readAllBytes(Path.of(plain));
        out = folder.resolve("new").toString();
    }

    @AfterEach
    void theOldCheckpointIsAsItWas() {
        assertThat(Path.of(plain)).hasBinaryContent(before);
    }

    private static Cli run(String command, String checkpoint, String... options) {
        return Cli.run(Stream.concat(Stream.of(command, checkpoint), Stream.of(options))
                .toArray(String[]::new));
    }

    private Map<String, String> tensors() throws Exception {
        Map<String, String> shapes = new LinkedHashMap<>();
        Checkpoints.open(new LocalStorage(), out)
                .tensors()
                .forEach(tensor -> shapes.put(tensor.name(), tensor.dtype() + " " + tensor.shape()));
        return shapes;
    }

    private static JsonNode json(Cli cli) throws IOException {
        assertThat(cli.status()).as(cli.err()).isZero();
        return new ObjectMapper().readTree(cli.out());
    }

    @Test
    void fuseWritesWhatLayersApply() throws Exception {
        Cli cli = run("fuse", normed, "--out", out);

        assertThat(cli.err()).isEmpty();
        assertThat(cli.status()).isZero();
        assertThat(cli.out()).contains("a.weight", "gan.critic.weight", "No norm has changed by more than rounding");
        assertThat(tensors())
                .containsEntry("a.weight", "F32 [30, 20]")
                .containsEntry("gan.critic.weight", "F32 [24, 5, 3]")
                .doesNotContainKeys("a.weight_g", "a.weight_v", "gan.critic.weight_orig", "gan.critic.weight_u");
    }

    @ParameterizedTest(name = "--dim {0}")
    @CsvSource(
            delimiter = '|',
            value = {"0 | F32 [20, 1]", "1 | F32 [1, 12]", "-1 | F32 []"})
    void decomposeKeepsNormsAlongADimension(String dim, String magnitudes) throws Exception {
        Cli cli = run("decompose", plain, "--dim", dim, "--out", out, "--include", "linear.*");

        assertThat(cli.status()).as(cli.err()).isZero();
        assertThat(tensors())
                .containsEntry("linear.weight_g", magnitudes)
                .containsEntry("linear.weight_v", "F32 [20, 12]")
                .containsKeys("conv.weight", "linear.bias")
                .doesNotContainKey("linear.weight");
    }

    @Test
    void decomposeHasBothLayouts() throws Exception {
        assertThat(run("decompose", plain, "--layout", "parametrized", "--out", out)
                        .status())
                .isZero();
        assertThat(tensors())
                .containsKeys("linear.parametrizations.weight.original0", "conv.parametrizations.weight.original1");
    }

    @Test
    void normalizeBoundsEveryNormByOne() throws Exception {
        JsonNode json = json(run("normalize", plain, "--out", out, "--json", "--seed", "2", "--tolerance", "1e-5"));

        assertThat(json.path("norms")).hasSize(2);
        for (JsonNode norm : json.path("norms")) {
            double rounding = norm.path("rounding").asDouble();
            assertThat(rounding).isLessThan(1e-5);
            assertThat(norm.at("/after/upper").asDouble()).isLessThanOrEqualTo(1 + 1e-5 + rounding);
            assertThat(norm.at("/after/lower").asDouble()).isGreaterThan(1 - 3e-5 - rounding);
            assertThat(norm.at("/before/lower").asDouble()).isGreaterThan(1.5);
        }
    }

    @Test
    void aCapChangesOnlyWhatExceedsIt() throws Exception {
        JsonNode found = json(run("normalize", plain, "--dry-run", "--json", "--max-sigma", "1e6"));
        assertThat(found.path("changes")).isEmpty();
        JsonNode audit = json(Cli.run("audit", plain, "--json"));
        double smaller = Double.POSITIVE_INFINITY;
        double larger = 0;
        for (JsonNode weight : audit.path("weights")) {
            smaller = Math.min(smaller, weight.at("/sigma/upper").asDouble());
            larger = Math.max(larger, weight.at("/sigma/lower").asDouble());
        }
        double cap = (smaller + larger) / 2;
        JsonNode capped = json(run("normalize", plain, "--out", out, "--json", "--max-sigma", String.valueOf(cap)));
        assertThat(capped.path("changes")).hasSize(1);
        assertThat(capped.at("/norms/0/after/upper").asDouble())
                .isLessThanOrEqualTo(
                        cap * 1.001 + capped.at("/norms/0/rounding").asDouble());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void normalizeAsTorchDoesStoresUAndV(String dim) throws Exception {
        Cli cli = run("normalize", plain, "--n-power-iterations", "3", "--dim", dim, "--seed", "5", "--out", out);

        assertThat(cli.status()).as(cli.err()).isZero();
        assertThat(cli.out()).contains("Torch divides by an estimate from below");
        assertThat(tensors())
                .containsEntry("linear.weight_orig", "F32 [20, 12]")
                .containsEntry("conv.weight_u", dim.equals("0") ? "F32 [6]" : "F32 [4]")
                .containsEntry("conv.weight_v", dim.equals("0") ? "F32 [12]" : "F32 [18]");
    }

    @Test
    void dryRunsWriteNothing() {
        for (String command : List.of("fuse", "decompose", "normalize")) {
            Cli cli = run(command, command.equals("fuse") ? normed : plain, "--dry-run", "--out", out);
            assertThat(cli.status()).as(command + cli.err()).isZero();
            int changes = command.equals("fuse") ? 3 : 2;
            assertThat(cli.out()).as(command).contains(changes + " weights would change:", "would be written");
            assertThat(Path.of(out)).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decompose | --dim x | --dim must be a whole number",
                "normalize | --max-sigma 0 | --max-sigma must be a number above 0",
                "normalize | --max-sigma NaN | --max-sigma must be a number above 0",
                "normalize | --max-sigma Infinity | --max-sigma must be a number above 0",
                "normalize | --max-sigma 1 --dim 0 | --max-sigma scales weights and stores no u and v",
                "normalize | --n-power-iterations 0 | ",
                "normalize | --eps x | --eps must be a number",
                "fuse | --dim 0 | unknown option '--dim'",
                "fuse | --layout legacy | unknown option '--layout'"
            })
    void callsThatMakeNoSenseAreOneLine(String command, String options, String complaint) {
        List<String> call = new ArrayList<>(List.of("--out", out));
        call.addAll(List.of(options.split(" ")));
        Cli cli = run(command, plain, call.toArray(String[]::new));

        assertThat(cli.status()).as(cli.err()).isEqualTo(64);
        assertThat(cli.err()).startsWith("normscope: ").hasLineCount(1);
        assertThat(cli.err()).contains(complaint == null ? "" : complaint);
        assertThat(Path.of(out)).doesNotExist();
    }

    @Test
    void whatMakesAModelOfADirectoryIsCopiedAndTheRestIsNamed() throws Exception {
        Path home = folder.resolve("plain");
        String config = "{ \"architectures\": [\"Mine\"]}\r\n";
        Files.writeString(home.resolve("config.json"), config);
        Files.write(home.resolve("tokenizer.json"), new byte[3 << 20]);
        Files.writeString(home.resolve("notes.log"), "mine");
        Files.write(
                home.resolve("other.safetensors"),
                new WrittenCheckpoint()
                        .with("more.weight", DType.F32, Shape.of(2, 2), 1, 2, 3, 4)
                        .saying("license", "mit")
                        .saying("format", "pt")
                        .bytes());

        Cli dry = run("decompose", home.toString(), "--dry-run");
        assertThat(dry.out())
                .contains("Copied from beside the weights: config.json, tokenizer.json.")
                .contains("Not copied, for they are no part of the model: notes.log.");
        JsonNode json = json(run("decompose", home.toString(), "--out", out, "--json"));
        assertThat(json.at("/files/0/name").asText()).isEqualTo("config.json");
        assertThat(json.at("/files/1/bytes").asLong()).isEqualTo(3 << 20);
        assertThat(json.path("not_copied")).hasSize(1);
        assertThat(Path.of(out, "config.json")).hasContent(config);
        assertThat(Path.of(out, "tokenizer.json")).hasSameBinaryContentAs(home.resolve("tokenizer.json"));
        assertThat(Path.of(out, "notes.log")).doesNotExist();
        Checkpoint now = Checkpoints.open(new LocalStorage(), out);
        assertThat(now.architecture()).contains("Mine");
        assertThat(now.files().get(0).metadata()).containsEntry("license", "mit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--master local[2]"})
    void numbersThatDefineNoWeightAreBadInput(String engine) throws IOException {
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("a.weight_orig", DType.F32, Shape.of(2, 2), 0, 0, 0, 0)
                .with("a.weight_u", DType.F32, Shape.of(2), 1, 0)
                .with("a.weight_v", DType.F32, Shape.of(2), 1, 0);
        Path file = Files.write(folder.resolve("zero.safetensors"), checkpoint.bytes());
        List<String> options = new ArrayList<>(List.of("--out", out));
        options.addAll(engine.isEmpty() ? List.of() : List.of(engine.split(" ")));
        Cli cli = run("fuse", file.toString(), options.toArray(String[]::new));

        assertThat(cli.status()).as(cli.err()).isEqualTo(2);
        List<String> complaints =
                cli.err().lines().filter(line -> line.startsWith("normscope: ")).toList();
        assertThat(complaints)
                .containsExactly("normscope: " + file
                        + ": the weight 'a.weight' can't be written: u . W v is 0.0: W / (u . W v) is not defined"
                        + "; leave it out (--exclude)");
        try (Stream<Path> files = Files.list(Path.of(out))) {
            assertThat(files).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fuse", "decompose", "normalize", "normalize --n-power-iterations 2"})
    void sparkWritesTheSameBytes(String command) throws IOException {
        List<String> words = List.of(command.split(" "));
        List<String> options = new ArrayList<>(words.subList(1, words.size()));
        options.addAll(List.of("--max-shard-size", "500", "--seed", "11", "--out"));
        String checkpoint = words.get(0).equals("fuse") ? normed : plain;
        String spark = folder.resolve("spark").toString();
        Cli local = run(
                words.get(0),
                checkpoint,
                Stream.concat(options.stream(), Stream.of(out)).toArray(String[]::new));
        Cli onSpark = run(
                words.get(0),
                checkpoint,
                Stream.concat(options.stream(), Stream.of(spark, "--master", "local[2]"))
                        .toArray(String[]::new));

        assertThat(local.status()).as(local.err()).isZero();
        assertThat(onSpark.status()).as(onSpark.err()).isZero();
        try (Stream<Path> files = Files.list(Path.of(out))) {
            List<Path> written = files.toList();
            assertThat(written).hasSizeGreaterThan(2);
            for (Path file : written) {
                assertThat(Path.of(spark, String.valueOf(file.getFileName()))).hasSameBinaryContentAs(file);
            }
            try (Stream<Path> others = Files.list(Path.of(spark))) {
                assertThat(others).hasSameSizeAs(written);
            }
        }
    }
}
