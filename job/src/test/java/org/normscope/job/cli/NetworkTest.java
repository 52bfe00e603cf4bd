package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class NetworkTest {
    @TempDir
    private Path folder;

    private Cli audit(String description, String... more) throws IOException {
        Path checkpoint = folder.resolve("model.safetensors");
        byte[] bytes = new WrittenCheckpoint()
                .with("fc1.weight", DType.F32, Shape.of(2, 2), 3, 0, 0, 2)
                .with("fc2.weight", DType.F32, Shape.of(2, 2), 1, 0, 0, 5)
                .bytes();
        Files.write(checkpoint, bytes);
        Path network = Files.writeString(folder.resolve("n.json"), description.replace('\'', '"'));
        String[] call = new String[more.length + 4];
        System.arraycopy(new String[] {"audit", checkpoint.toString(), "--network", network.toString()}, 0, call, 0, 4);
        System.arraycopy(more, 0, call, 4, more.length);
        return Cli.run(call);
    }

    @Test
    void aDescribedNetworkHasABoundOnTheTerminalAndInTheReport() throws IOException {
        String description = "{'layers': [{'linear': 'fc1.weight'}, {'linear': 'fc2.weight'}]}";
        Cli shown = audit(description);
        assertThat(shown.status()).isZero();
        assertThat(shown.out())
                .contains("Lipschitz constant of the network, in l2: at most 10")
                .contains("Combettes-Pesquet");
        Cli json = audit(description, "--json", "--seed", "1");
        JsonNode model = new ObjectMapper().readTree(json.out()).path("model");
        assertThat(model.at("/bound/upper").asDouble()).isBetween(10.0, 10.01);
        assertThat(audit(description, "--json", "--seed", "1", "--quiet").out().replaceAll("\"run\": .*", ""))
                .contains("\"combettes_pesquet\"");
    }

    @Test
    void aDescriptionThatDoesntFitIsTwoAndOneLine() throws IOException {
        assertThat(audit("{'layers': ['relux']}"))
                .isEqualTo(new Cli(
                        2,
                        "",
                        "normscope: " + folder.resolve("n.json")
                                + ", layer 0, layer 0: is no known kind of layer (relux); describe what has no word as"
                                + " {\"unknown\": \"why\"}\n"));
        Cli missing = audit("{'layers': [{'linear': 'fc3.weight'}]}", "--quiet");
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err())
                .contains("the checkpoint has no weight 'fc3.weight'")
                .hasLineCount(1);
    }

    @Test
    void aMissingFileIsNoBound() {
        assertThat(Cli.run("audit", folder.toString(), "--network", "/none/x").status())
                .isNotZero();
    }

    private static final String BLOCKS =
            "{'layers': [{'block': 'net.first', 'layers': [{'linear': 'fc1.weight'}, 'relu']},"
                    + " {'block': 'net.second', 'layers': [{'linear': 'fc2.weight'}]}]}";

    @Test
    void aBlockIsExplainedWithItsNumbers() throws IOException {
        Cli page = audit(BLOCKS, "--quiet", "--explain", "net.first");
        assertThat(page.status()).isZero();
        assertThat(page.out())
                .contains("Block net.first, distances in l2")
                .contains("0: linear fc1.weight")
                .contains("sigma(W) in [")
                .contains("The matrices as one chain")
                .doesNotContain("fc2.weight");
        assertThat(audit(BLOCKS, "--explain", "net.second").out())
                .contains("Lipschitz constant of the network")
                .contains("0: linear fc2.weight");
    }

    @Test
    void leadingSingularValuesAreShownWhereTheyAreAskedFor() throws IOException {
        assertThat(audit(BLOCKS, "--top", "2").out())
                .contains("Their leading singular values, estimated:\n\n  5  1  fc2.weight\n  3  2  fc1.weight\n");
        assertThat(audit(BLOCKS).out()).doesNotContain("leading singular values");
    }

    @Test
    void withJsonTheExplanationIsOnStderr() throws IOException {
        Cli both = audit(BLOCKS, "--json", "--explain", "net.second", "--seed", "1");
        assertThat(new ObjectMapper()
                        .readTree(both.out())
                        .at("/model/per_block/1/name")
                        .asText())
                .isEqualTo("net.second");
        assertThat(both.err()).contains("Block net.second");
    }

    @Test
    void anUnknownBlockIsAUsageErrorThatNamesTheOthers() throws IOException {
        assertThat(audit(BLOCKS, "--explain", "second"))
                .isEqualTo(new Cli(
                        64,
                        "",
                        "normscope: --explain: the network has no block 'second'; it has 'net.second', 'net.first'\n"));
        Cli none = Cli.run("audit", folder.resolve("model.safetensors").toString(), "--explain", "x");
        assertThat(none.status()).isEqualTo(64);
        assertThat(none.err()).contains("--network FILE").hasLineCount(1);
    }
}
