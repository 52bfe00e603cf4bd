package org.normscope.parity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Checkpoints;
import org.normscope.elements.Elements;
import org.normscope.elements.TensorFiles;
import org.normscope.kernel.Decoder;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.Suite;

/** Files that torch wrote, and the weights that its modules computed from them in float32: {@code golden/fixtures} of the corpus. */
class FixtureWeightsTest {
    private static final MathContext EXACT = new MathContext(60);

    private record Stored(Map<String, DenseTensor> tensors) {
        DenseTensor get(String name) {
            return requireNonNull(tensors.get(name), name);
        }
    }

    @BeforeEach
    void needsTheCorpus() {
        Suite.CORPUS.requireOrSkip();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"sn_legacy_convT.pt, LEGACY, ConvTranspose2d", "sn_param_conv.pt, PARAMETRIZED, Conv2d"})
    void spectralNormsAreThoseOfTorch(String file, KeyLayout layout, String module) throws Exception {
        Stored stored = read(file);
        JsonNode expect = expectation(file);
        SpectralNormalization settings = SpectralNormalization.of(layout).forModule(module);
        assertThat(settings.dim()).isEqualTo(expect.path("dim").asInt());
        KeyLayout.SpectralKeys keys = layout.spectralNorm("weight");
        DenseTensor original = stored.get(keys.original());
        SpectralParameter parameter = settings.load(
                original, stored.get(keys.u()).values(), stored.get(keys.v()).values());
        double torchs = expect.path("sigma_uv").asDouble();
        assertThat(parameter.sigma()).isCloseTo(torchs, within(1e-6 * torchs));
        // What is true: unit vectors never give more than the norm.
        double[] singular = Decompositions.singularValues(original.matrix(settings.dim()));
        assertThat(singular[0]).isCloseTo(expect.path("sigma_true").asDouble(), within(1e-6));
        BigDecimal sigma = product(original.matrix(settings.dim()), parameter.u(), parameter.v());
        double[] exact = Arrays.stream(original.values())
                .map(w -> new BigDecimal(w).divide(sigma, EXACT).doubleValue())
                .toArray();
        judge(parameter.weight(DType.F32).values(), exact, Numbers.doubles(expect.path("weight")));
        assertThat(parameter.stateDict().keySet()).allMatch(stored.tensors()::containsKey);
    }

    private static BigDecimal product(Matrix matrix, double[] u, double[] v) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.cols(); j++) {
                sum = sum.add(new BigDecimal(u[i])
                        .multiply(new BigDecimal(matrix.get(i, j)))
                        .multiply(new BigDecimal(v[j])));
            }
        }
        return sum;
    }

    @Test
    void aVectorUnderAParametrizedSpectralNormHasLengthOne() throws Exception {
        DenseTensor original = read("sn_param_1d.pt").get("parametrizations.weight.original");
        SpectralParameter parameter =
                SpectralNormalization.of(KeyLayout.PARAMETRIZED).register(original, 1);
        BigDecimal length = length(original.values());
        double[] exact = Arrays.stream(original.values())
                .map(w -> new BigDecimal(w).divide(length, EXACT).doubleValue())
                .toArray();
        judge(parameter.weight(DType.F32).values(), exact, torchs("sn_param_1d.pt", "weight"));
    }

    private static BigDecimal length(double[] values) {
        return Arrays.stream(values)
                .mapToObj(x -> new BigDecimal(x).pow(2))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .sqrt(EXACT);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "wn_legacy_dim0.pt, LEGACY, weight, 0, ''",
        "wn_legacy_dim1.pt, LEGACY, weight, 1, ''",
        "wn_legacy_dim2.pt, LEGACY, weight, 2, ''",
        "wn_legacy_dimNone.pt, LEGACY, weight, , ''",
        "wn_param_dim0.pt, PARAMETRIZED, weight, 0, conv.",
        "wn_legacy_gru.pt, LEGACY, weight_hh_l0, 0, ''"
    })
    void weightNormsAreThoseOfTorch(String file, KeyLayout layout, String name, @Nullable Integer dim, String prefix)
            throws Exception {
        Stored stored = read(file);
        KeyLayout.WeightKeys keys = layout.weightNorm(prefix + name);
        WeightParameter parameter = WeightNormalization.of(layout)
                .withName(name)
                .withDim(dim)
                .load(stored.get(keys.g()), stored.get(keys.v()));
        judge(parameter.weight(DType.F32).values(), exact(parameter, dim), torchs(file, name));
        assertThat(parameter.stateDict().keySet())
                .allMatch(key -> stored.tensors().containsKey(prefix + key));
    }

    /** {@code g v / ||v||} of every entry, in 60 digits. */
    private static double[] exact(WeightParameter parameter, @Nullable Integer dim) {
        double[] v = parameter.v().values();
        double[] exact = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            int slice = slice(parameter.v(), dim, i);
            double[] others = IntStream.range(0, v.length)
                    .filter(other -> slice(parameter.v(), dim, other) == slice)
                    .mapToDouble(other -> v[other])
                    .toArray();
            BigDecimal g = new BigDecimal(parameter.g().values()[slice]);
            exact[i] = g.multiply(new BigDecimal(v[i]))
                    .divide(length(others), EXACT)
                    .doubleValue();
        }
        return exact;
    }

    private static int slice(DenseTensor tensor, @Nullable Integer dim, int element) {
        if (dim == null) {
            return 0;
        }
        long behind = 1;
        for (long size : tensor.shape().dims().subList(dim + 1, tensor.shape().rank())) {
            behind *= size;
        }
        return (int) (element / behind % tensor.shape().dims().get(dim));
    }

    @Test
    void aRowOfZerosIsNaNAndNoOther() throws Exception {
        Stored stored = read("wn_zero_row.pt");
        double[] weight = WeightNormalization.of(KeyLayout.LEGACY)
                .load(stored.get("fc.weight_g"), stored.get("fc.weight_v"))
                .weight(DType.F32)
                .values();
        assertThat(Arrays.copyOfRange(weight, 4, 8)).containsOnly(Double.NaN);
        double[] others = new double[8];
        System.arraycopy(weight, 0, others, 0, 4);
        System.arraycopy(weight, 8, others, 4, 4);
        assertWithinUlps(others, torchs("wn_zero_row.pt", "others"), 3);
    }

    /** One unit in the last place of float32 from the formula, three from what torch computed. */
    private static void judge(double[] weight, double[] exact, double[] torchs) {
        assertWithinUlps(weight, exact, 1);
        assertWithinUlps(weight, torchs, 3);
    }

    private static void assertWithinUlps(double[] weight, double[] expected, int ulps) {
        assertThat(weight).hasSameSizeAs(expected).isNotEmpty();
        for (int i = 0; i < weight.length; i++) {
            float rounded = (float) expected[i];
            assertThat((float) weight[i]).as("entry %d", i).isCloseTo(rounded, within(ulps * Math.ulp(rounded)));
        }
    }

    private static JsonNode expectation(String file) throws IOException {
        JsonNode golden = Numbers.JSON.readTree(
                Suite.corpusFolder().resolve("golden/golden.json").toFile());
        for (JsonNode fixture : golden.path("fixtures")) {
            if (fixture.path("file").asText().equals("fixtures/" + file)) {
                return fixture.path("expect");
            }
        }
        throw new AssertionError("nothing is expected of " + file);
    }

    private static double[] torchs(String file, String key) throws IOException {
        return Numbers.doubles(expectation(file).path(key));
    }

    private static Stored read(String file) throws Exception {
        Path path = Suite.corpusFolder().resolve("golden/fixtures").resolve(file);
        Checkpoint checkpoint = Checkpoints.open(new LocalStorage(), path.toString());
        Map<String, DenseTensor> tensors = new HashMap<>();
        for (StoredTensor tensor : checkpoint.tensors()) {
            assertThat(tensor.dtype()).isEqualTo(DType.F32);
            int count = (int) tensor.shape().elements();
            byte[] stored = new byte[4 * count];
            try (Elements elements = TensorFiles.of(checkpoint, tensor).open(new LocalStorage(), tensor)) {
                elements.read(0, count, stored);
            }
            double[] values = new double[count];
            Decoder.decode(tensor.dtype(), stored, 0, values, 0, count);
            tensors.put(tensor.name(), DenseTensor.of(tensor.shape(), values));
        }
        return new Stored(tensors);
    }
}
