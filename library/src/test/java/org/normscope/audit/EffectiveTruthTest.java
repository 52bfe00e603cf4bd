package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.testing.Suite;
import org.normscope.weights.How;

/** Weights that are made of several tensors, against what an independent program computed in float64. */
class EffectiveTruthTest {
    @ParameterizedTest(name = "{1} by {2} in blocks of {3}")
    @CsvSource({
        "checkpoints, deepsdf_weights.pt, AUTO, 64, 6",
        "checkpoints, deepsdf_weights.pt, KRYLOV, 0.02, 6",
        "checkpoints, derived_spectral_norm_hooks.pt, AUTO, 64, 12",
        "checkpoints, derived_spectral_norm_hooks.pt, KRYLOV, 0.005, 12",
        "checkpoints, derived_weight_norm_dims.pt, AUTO, 64, 5",
        "checkpoints, derived_weight_norm_dims.pt, KRYLOV, 0.02, 5",
        "checkpoints, analog_svd_rank4.safetensors, AUTO, 64, 192",
        "modern, fp8_block.safetensors, AUTO, 64, 3",
        "modern, fp8_block.safetensors, KRYLOV, 0.02, 3",
        "modern, spectral_norm.pt, AUTO, 64, 5",
        "modern, spectral_norm.pt, KRYLOV, 64, 5",
        "modern, weight_norm.pt, AUTO, 64, 4"
    })
    void everyWeightAgreesWithItsTruth(String folder, String name, MethodChoice method, double megabytes, int weights)
            throws Exception {
        Suite.CORPUS.requireOrSkip();
        Path home = Suite.corpusFolder().resolve(folder);
        Precision precision = new Precision(1e-6, 1e-12, Precision.Certify.PROBABILISTIC, method, null);
        AuditSettings settings = new AuditSettings(precision, Selection.ALL, (long) (megabytes * (1 << 20)), 1, 7L);
        AuditReport report = LocalAudit.of(home.resolve(name).toString()).run(settings);
        JsonNode truth = new ObjectMapper()
                .readTree(home.resolve("truth/" + name + ".json").toFile());
        int judged = 0;
        for (String kind : new String[] {"effective", "lora_products"}) {
            for (Map.Entry<String, JsonNode> entry : truth.path(kind).properties()) {
                if (entry.getValue().has("sigma")) {
                    judge(row(report, entry.getKey(), kind), entry.getValue());
                    judged++;
                }
            }
        }
        assertThat(judged).isEqualTo(weights);
    }

    private static WeightRow row(AuditReport report, String name, String kind) {
        return report.weights().stream()
                .filter(row -> row.weight().name().equals(name) && row.weight().how() != How.PLAIN)
                .filter(row -> (row.weight().how() == How.LORA) == kind.equals("lora_products"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
    }

    private static void judge(WeightRow row, JsonNode expected) {
        String name = row.weight().name();
        assertThat(row.status()).as("%s: %s", name, row.reason()).isEqualTo(Status.ANALYZED);
        Interval sigma = LocalAudit.norm(row).sigma();
        int dim = expected.path("dim").asInt();
        boolean turned = row.weight().how() == How.SPECTRAL_NORM && dim > 0;
        String first = "sigma_dim" + dim + "_first";
        double truth =
                expected.path(turned && expected.has(first) ? first : "sigma").asDouble();
        // The truth is itself rounded.
        assertThat(sigma.lower().value() * (1 - 1e-13)).as(name).isLessThanOrEqualTo(truth);
        assertThat(sigma.upper().orElseThrow().value() * (1 + 1e-13)).as(name).isGreaterThanOrEqualTo(truth);
        assertThat(sigma.relativeWidth()).as(name).isLessThanOrEqualTo(1.01e-6);
        assertThat(sigma.estimate()).as(name).isCloseTo(truth, within(1e-6 * truth));
        assertThat(row.statistics()).as(name).isNotNull();
        if (row.statistics() != null) {
            assertThat(row.statistics().frobenius())
                    .isCloseTo(expected.path("frobenius").asDouble(), within(1e-11 * truth));
            if (expected.has("row_norm") && !turned) {
                assertThat(row.statistics().rowNorm().max())
                        .isCloseTo(expected.at("/row_norm/max").asDouble(), within(1e-11 * truth));
            }
        }
        if (row.weight().how() == How.SPECTRAL_NORM) {
            assertThat(row.dim()).as(name).isEqualTo(dim);
            String key = expected.has("sigma_used") ? "sigma_used" : "sigma_uv";
            assertThat(row.sigmaUsed()).as(name).isCloseTo(expected.path(key).asDouble(), within(1e-11));
            assertThat(row.spectralNormExcess()).as(name).isCloseTo(truth, within(1e-6 * truth));
        }
    }
}
