package org.normscope.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.normscope.parity.Numbers.assertClose;
import static org.normscope.parity.Numbers.doubles;
import static org.normscope.parity.Numbers.integer;
import static org.normscope.parity.Numbers.ramp;
import static org.normscope.parity.Numbers.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.testing.Suite;

/** What torch itself makes of the same weights from the same start, in float64: {@code torch_parity.py}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TorchParityTest {
    private static final double TOLERANCE = 1e-12;

    private JsonNode torch;

    @BeforeAll
    void askTorch(@TempDir Path folder) throws IOException, InterruptedException {
        Suite.TORCH.requireOrSkip();
        Path answer = folder.resolve("torch.json");
        Process process = new ProcessBuilder(
                        Suite.pythonWith("torch").orElseThrow().toString(),
                        Suite.repository()
                                .resolve("library/src/test/fixtures/torch_parity.py")
                                .toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(answer.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        torch = Numbers.JSON.readTree(answer.toFile());
    }

    @Test
    void spectralNormsOfEveryModuleKindPassThroughTheSameStates() {
        for (JsonNode expected : torch.path("spectral")) {
            String what = String.format(
                    "%s %s %s n %s dim %s",
                    expected.path("layout").asText(),
                    expected.path("kind").asText(),
                    expected.path("shape"),
                    expected.path("n"),
                    expected.path("dim"));
            SpectralNormalization settings = settings(expected);
            DenseTensor original = tensor(expected.path("shape"), expected.path("original"));
            List<SpectralParameter> states = states(settings, original, expected);
            for (int i = 0; i < states.size(); i++) {
                assertState(
                        what + ", state " + i,
                        states.get(i),
                        expected.path("states").path(i));
            }
            assertThat(states.get(0).stateDict().keySet())
                    .as(what)
                    .containsExactlyElementsOf(texts(expected.path("keys")));
        }
        assertThat(torch.path("spectral")).hasSizeGreaterThan(2 * 12 * 3);
    }

    private static SpectralNormalization settings(JsonNode expected) {
        SpectralNormalization settings = SpectralNormalization.of(
                        KeyLayout.valueOf(expected.path("layout").asText()))
                .withName(expected.path("name").asText())
                .withPowerIterations(expected.path("n").asInt())
                .withEps(expected.path("eps").asDouble())
                .forModule(expected.path("kind").asText());
        return expected.path("dim").isNull()
                ? settings
                : settings.withDim(expected.path("dim").asInt());
    }

    /** Registered in evaluation mode; evaluated in training once and twice; in evaluation again. */
    private static List<SpectralParameter> states(
            SpectralNormalization settings, DenseTensor original, JsonNode expected) {
        boolean vectors = !expected.path("states").path(0).path("u").isEmpty();
        SpectralParameter registered = settings.register(
                original,
                vectors ? doubles(expected.path("u0")) : new double[0],
                vectors ? doubles(expected.path("v0")) : new double[0]);
        SpectralParameter once = registered.trained();
        SpectralParameter twice = once.trained();
        return List.of(registered, once, twice, twice);
    }

    private static void assertState(String what, SpectralParameter state, JsonNode expected) {
        assertClose(what + " u", state.u(), doubles(expected.path("u")), TOLERANCE);
        assertClose(what + " v", state.v(), doubles(expected.path("v")), TOLERANCE);
        double sigma = expected.path("sigma").doubleValue();
        assertClose(what + " sigma", new double[] {state.sigma()}, new double[] {sigma}, TOLERANCE);
        assertClose(what + " weight", state.weight().values(), doubles(expected.path("weight")), TOLERANCE);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    @Test
    void weightNormsAlongEveryDimensionAreTheSame() {
        for (JsonNode expected : torch.path("weight")) {
            String what = expected.path("shape") + " dim " + expected.path("dim");
            WeightNormalization settings =
                    WeightNormalization.of(KeyLayout.LEGACY).withDim(integer(expected.path("dim")));
            WeightParameter registered = settings.register(tensor(expected.path("shape"), expected.path("weight")));
            assertThat(registered.g().shape()).as(what).isEqualTo(Numbers.shape(expected.path("g_shape")));
            assertClose(what + " g", registered.g().values(), doubles(expected.path("g")), TOLERANCE);
            double factor = expected.path("factor").asDouble();
            double[] scaled =
                    Arrays.stream(registered.g().values()).map(g -> factor * g).toArray();
            WeightParameter changed =
                    settings.load(DenseTensor.of(registered.g().shape(), scaled), registered.v());
            assertClose(what, changed.weight().values(), doubles(expected.path("effective")), TOLERANCE);
            assertThat(changed.stateDict().keySet()).containsExactlyElementsOf(texts(expected.path("keys")));
        }
        assertThat(torch.path("weight")).hasSizeGreaterThan(20);
    }

    @Test
    void checkpointsWithoutVAreCompletedAsTheLoadHookDoes() {
        for (JsonNode expected : torch.path("old")) {
            DenseTensor original = tensor(expected.path("shape"), expected.path("original"));
            SpectralParameter loaded = SpectralNormalization.of(KeyLayout.LEGACY)
                    .loadWithoutV(
                            original,
                            tensor(expected.path("shape"), expected.path("weight")),
                            doubles(expected.path("u")));
            String what = expected.path("shape").toString();
            double sigma = expected.path("sigma").doubleValue();
            assertClose(what, new double[] {loaded.sigma()}, new double[] {sigma}, TOLERANCE);
            // In the null space of W torch's v is noise.
            double[] product = new DenseProducts(original.matrix(0)).times(loaded.v());
            assertClose(what + " W v", product, doubles(expected.path("product")), 1e-9);
        }
        assertThat(torch.path("old")).hasSize(4);
    }

    @Test
    void whatTorchRefusesIsRefused() {
        torch.path("errors").properties().forEach(tried -> {
            String[] words = tried.getKey().split(" ");
            int number = Integer.parseInt(words[2]);
            if (tried.getValue().isNull()) {
                attempt(words[0], words[1], number);
            } else {
                assertThatThrownBy(() -> attempt(words[0], words[1], number))
                        .as(tried.getKey())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(String.valueOf(number));
            }
        });
        assertThat(torch.path("errors")).hasSize(22);
    }

    private static void attempt(String function, String argument, int number) {
        if (function.equals("WEIGHT")) {
            WeightNormalization.of(KeyLayout.LEGACY).withDim(number).register(ramp(4, 3));
            return;
        }
        SpectralNormalization settings = SpectralNormalization.of(KeyLayout.valueOf(function));
        (argument.equals("n") ? settings.withPowerIterations(number) : settings.withDim(number))
                .register(ramp(4, 3), 1);
    }
}
