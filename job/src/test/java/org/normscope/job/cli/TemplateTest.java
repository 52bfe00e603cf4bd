package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** What a config.json beside the weights leads to on the command line. */
class TemplateTest {
    @TempDir
    private Path folder;

    @TempDir
    private Path home;

    @BeforeEach
    void installTemplates() throws IOException {
        Path templates = Files.createDirectories(home.resolve("conf").resolve("architectures"));
        Files.writeString(
                templates.resolve("tiny.json"),
                "{\"layers\": [{\"repeat\": \"depth\", \"as\": \"i\", \"items\": [{\"linear\": \"fc${i}.weight\"}, \"${act}\"]}]}");
        System.setProperty("normscope.home", home.toString());
        byte[] bytes = new WrittenCheckpoint()
                .with("fc0.weight", DType.F32, Shape.of(2, 2), 3, 0, 0, 2)
                .with("fc1.weight", DType.F32, Shape.of(2, 2), 1, 0, 0, 5)
                .with("extra.weight", DType.F32, Shape.of(2, 2), 1, 0, 0, 5)
                .bytes();
        Files.write(folder.resolve("model.safetensors"), bytes);
    }

    @AfterEach
    void forgetThem() {
        System.clearProperty("normscope.home");
    }

    private JsonNode model(String config, String... more) throws IOException {
        Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
        String[] call = new String[more.length + 5];
        System.arraycopy(new String[] {"audit", folder.toString(), "--json", "--seed", "1"}, 0, call, 0, 5);
        System.arraycopy(more, 0, call, 5, more.length);
        Cli run = Cli.run(call);
        assertThat(run.status()).as(run.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.path("weights")).hasSize(3);
        return report.path("model");
    }

    @Test
    void anInstalledTemplateGivesTheBound() throws IOException {
        JsonNode model = model("{'model_type': 'tiny', 'depth': 2, 'act': 'relu'}");
        assertThat(model.at("/bound/upper").asDouble()).isBetween(3.0, 15.1);
        assertThat(model.at("/source/kind").asText()).isEqualTo("template");
        assertThat(model.at("/source/name").asText()).isEqualTo("tiny.json");
        assertThat(model.at("/unexplained/0").asText()).isEqualTo("extra.weight");
        assertThat(model.path("unexplained")).hasSize(1);
    }

    @Test
    void whatDoesntFitIsAReasonAndTheReportIsWhole() throws IOException {
        assertThat(model("{'model_type': 'tiny', 'depth': 3, 'act': 'relu'}")
                        .path("reason")
                        .asText())
                .contains("no weight 'fc2.weight'");
        assertThat(model("{'model_type': 'tiny', 'depth': 2}").path("reason").asText())
                .contains("'act'");
        assertThat(model("{'model_type': 'huge'}").path("reason").asText()).contains("model_type 'huge'");
        assertThat(model("{'model_type': 3}").path("reason").asText()).contains("doesn't say how");
        assertThat(model("{").path("reason").asText()).contains("doesn't say how");
    }

    @Test
    void aDescriptionGoesBeforeTheTemplate() throws IOException {
        Path network =
                Files.writeString(folder.resolve("n.json"), "{\"layers\": [{\"linear\": \"fc${depth - 1}.weight\"}]}");
        JsonNode model = model("{'model_type': 'tiny', 'depth': 2}", "--network", network.toString());
        assertThat(model.at("/bound/upper").asDouble()).isBetween(5.0, 5.01);
        assertThat(model.at("/source/kind").asText()).isEqualTo("description");
    }
}
