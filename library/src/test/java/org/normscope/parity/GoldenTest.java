package org.normscope.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.normscope.parity.Numbers.assertClose;
import static org.normscope.parity.Numbers.doubles;
import static org.normscope.parity.Numbers.integer;
import static org.normscope.parity.Numbers.ramp;
import static org.normscope.parity.Numbers.shape;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.testing.Suite;

/** Torch's golden values, {@code golden/golden.json} of the corpus: float64, made by torch 1.13. */
class GoldenTest {
    private static final double TOLERANCE = 1e-12;

    private static JsonNode section(String name) throws IOException {
        Suite.CORPUS.requireOrSkip();
        JsonNode section = Numbers.JSON
                .readTree(Suite.corpusFolder().resolve("golden/golden.json").toFile())
                .path(name);
        assertThat(section).as(name).isNotEmpty();
        return section;
    }

    @Test
    void tensorsBecomeTheMatricesThatTorchMakesOfThem() throws IOException {
        for (JsonNode golden : section("reshape")) {
            String what = golden.path("shape") + " dim " + golden.path("dim");
            long[] dims = shape(golden.path("shape")).dims().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            Matrix matrix = ramp(dims).matrix(golden.path("dim").asInt());
            assertClose(what, new double[] {matrix.rows(), matrix.cols()}, doubles(golden.path("matrix")), 0);
            double[] sigma = doubles(golden.path("sigma"));
            double[] singular = Arrays.copyOf(Decompositions.singularValues(matrix), sigma.length);
            assertClose(what + " sigma", singular, sigma, TOLERANCE);
            double frobenius = new PowerIteration(KeyLayout.LEGACY, 0).length(matrix.values());
            double stableRank = frobenius * frobenius / (singular[0] * singular[0]);
            double[] norms = {frobenius, stableRank, largestColumn(matrix), largestColumn(matrix.transpose())};
            String[] keys = {"fro", "stable_rank", "one_norm", "inf_norm"};
            for (int i = 0; i < keys.length; i++) {
                double expected = golden.path(keys[i]).asDouble();
                assertClose(what + " " + keys[i], new double[] {norms[i]}, new double[] {expected}, TOLERANCE);
            }
        }
    }

    private static double largestColumn(Matrix matrix) {
        double largest = 0;
        for (int j = 0; j < matrix.cols(); j++) {
            double sum = 0;
            for (double entry : matrix.columns(j, j + 1).values()) {
                sum += Math.abs(entry);
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    @Test
    void everyIterationHasTorchsSigmaInBothOrders() throws IOException {
        for (JsonNode golden : section("power")) {
            KeyLayout layout =
                    golden.path("order").asText().equals("legacy") ? KeyLayout.LEGACY : KeyLayout.PARAMETRIZED;
            double[] trace = doubles(golden.path("sigma_trace"));
            double[] sigmas = new double[trace.length];
            SpectralParameter state = SpectralNormalization.of(layout)
                    .load(ramp(4, 6), doubles(golden.path("u0")), doubles(golden.path("v0")));
            for (int i = 0; i < sigmas.length; i++) {
                sigmas[i] = state.sigma();
                state = state.trained();
            }
            for (int i = 0; i < sigmas.length; i++) {
                assertClose(layout + " " + i, new double[] {sigmas[i]}, new double[] {trace[i]}, TOLERANCE);
            }
        }
    }

    @Test
    void weightNormsHaveTorchsMagnitudes() throws IOException {
        for (JsonNode golden : section("weight_norm")) {
            String what = golden.path("shape") + " dim " + golden.path("dim");
            long[] dims = shape(golden.path("shape")).dims().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            DenseTensor g = WeightNormalization.of(KeyLayout.LEGACY)
                    .withDim(integer(golden.path("dim")))
                    .register(ramp(dims))
                    .g();
            assertThat(g.shape()).as(what).isEqualTo(shape(golden.path("g_shape")));
            double[] expected = doubles(golden.path("g"));
            for (int i = 0; i < expected.length; i++) {
                assertClose(what, new double[] {g.values()[i]}, new double[] {expected[i]}, TOLERANCE);
            }
        }
    }
}
