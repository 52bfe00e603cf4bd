package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class AdapterTest {
    private static final int WIDTH = 48;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeBaseAndAdapter() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        Shape square = Shape.of(WIDTH, WIDTH);
        WrittenCheckpoint base = new WrittenCheckpoint();
        WrittenCheckpoint factors = new WrittenCheckpoint();
        for (String layer : new String[] {"fc1", "fc2"}) {
            byte[] w = WrittenCheckpoint.random(DType.BF16, WIDTH * WIDTH, random);
            base.with("model." + layer + ".weight", DType.BF16, square, w);
        }
        byte[] a = WrittenCheckpoint.random(DType.F32, 2 * WIDTH, random);
        byte[] b = WrittenCheckpoint.random(DType.F32, 2 * WIDTH, random);
        factors.with("base_model.model.model.fc2.lora_A.weight", DType.F32, Shape.of(2, WIDTH), a);
        factors.with("base_model.model.model.fc2.lora_B.weight", DType.F32, Shape.of(WIDTH, 2), b);
        Files.write(folder.resolve("model.safetensors"), base.bytes());
        Path adapter = Files.createDirectory(folder.resolve("chat"));
        Files.writeString(
                adapter.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 3}");
        Files.write(adapter.resolve("adapter_model.safetensors"), factors.bytes());
        Files.writeString(
                folder.resolve("n.json"),
                "{\"layers\": [{\"linear\": \"model.fc1.weight\"}, {\"block\": \"second\", \"layers\": ["
                        + "\"relu\", {\"linear\": \"model.fc2.weight\"}]}]}");
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    private Cli audit(String... more) {
        String[] call = new String[more.length + 6];
        String[] all = {
            "audit",
            folder.resolve("model.safetensors").toString(),
            "--adapter",
            folder.resolve("chat").toString(),
            "--network",
            folder.resolve("n.json").toString()
        };
        System.arraycopy(all, 0, call, 0, 6);
        System.arraycopy(more, 0, call, 6, more.length);
        return Cli.run(call);
    }

    @Test
    void theTableAndTheModelBoundAreThoseOfTheAdaptedModel() throws IOException {
        Cli shown = audit();
        assertThat(shown.status()).isZero();
        assertThat(shown.out())
                .contains("Adapter chat changes 1 weight")
                .contains("model.fc2.weight")
                .contains("adapted")
                .doesNotContain("no layer uses")
                .contains("with it.")
                .contains("Blocks that it changes")
                .contains("Lipschitz constant of the network");
        JsonNode report =
                new ObjectMapper().readTree(audit("--json", "--seed", "1").out());
        JsonNode change = report.at("/adapter/weights/0");
        assertThat(change.path("factor").asDouble()).isEqualTo(1.5);
        double after = change.at("/adapted/upper").asDouble();
        assertThat(after)
                .isLessThanOrEqualTo(change.at("/base/upper").asDouble()
                        + change.at("/change/upper").asDouble());
        assertThat(report.at("/model/feed_forward/product/upper").asDouble())
                .isCloseTo(after * sigma(report, "model.fc1.weight"), withinPercentage(1e-9));
        assertThat(report.at("/adapter/base_bound/upper").asDouble())
                .isNotEqualTo(report.at("/model/bound/upper").asDouble());
    }

    private static double sigma(JsonNode report, String name) {
        for (JsonNode row : report.path("weights")) {
            if (row.path("name").asText().equals(name)) {
                return row.at("/sigma/upper").asDouble();
            }
        }
        throw new AssertionError(name);
    }

    private String repeatable(String... more) {
        String[] call = new String[more.length + 3];
        System.arraycopy(new String[] {"--json", "--seed", "1"}, 0, call, 0, 3);
        System.arraycopy(more, 0, call, 3, more.length);
        Cli found = audit(call);
        assertThat(found.status()).as(found.err()).isZero();
        return found.out().replaceAll("\"run\": .*", "");
    }

    @Test
    void sparkGivesTheSameBytes() {
        assertThat(repeatable("--master", "local[2]")).isEqualTo(repeatable());
        assertThat(repeatable("--master", "local[2]", "--block-bytes", "4096"))
                .isEqualTo(repeatable("--block-bytes", "4096"));
    }

    @Test
    void planCountsTheAdaptedWeight() {
        Cli plan = Cli.run(
                "plan",
                folder.resolve("model.safetensors").toString(),
                "--adapter",
                folder.resolve("chat").toString());
        assertThat(plan.status()).isZero();
        assertThat(plan.out()).contains("model.fc2.weight");
    }

    @Test
    void whatIsNoAdapterIsTwoAndOneLine() {
        Cli none = Cli.run("audit", folder.resolve("model.safetensors").toString(), "--adapter", folder.toString());
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("no adapter_config.json").hasLineCount(1);
    }
}
