package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.weightnorm.MatrixStatistics;

/** Reports judged by what an independent program found in float64. */
final class Truths {
    private static final double ESTIMATE_ERROR = 1e-6;
    /** The truth is itself rounded. */
    private static final double ROUNDED = 1e-13;

    private static final double STATISTICS_ERROR = 1e-12;

    private double worst;
    private int judged;

    /** Judges every tensor that the truth file tells of. */
    void judge(AuditReport report, Path truth) throws IOException {
        JsonNode tensors = new ObjectMapper().readTree(truth.toFile()).path("tensors");
        assertThat(tensors).as("%s", truth).isNotEmpty();
        for (Map.Entry<String, JsonNode> entry : tensors.properties()) {
            JsonNode expected = entry.getValue();
            if (expected.has("sigma") && isWeight(expected)) {
                WeightRow row = LocalAudit.weight(report, entry.getKey());
                assertThat(row.weight().source().dtype().name())
                        .isEqualTo(expected.path("dtype").asText());
                judge(row, expected, report.settings().precision().tolerance());
                judged++;
            }
        }
        assertThat(report.count(Status.FAILED)).isZero();
    }

    /** Whether a tensor is a weight as it is: optimizer state and parts of others are none, tied ones have one row. */
    private static boolean isWeight(JsonNode expected) {
        String role = expected.path("role").asText("model");
        return role.equals("model") && !expected.has("alias_of");
    }

    /** Largest relative error of an estimate so far. */
    double worst() {
        return worst;
    }

    /** Weights judged so far. */
    int judged() {
        return judged;
    }

    private void judge(WeightRow row, JsonNode expected, double tolerance) {
        String name = row.weight().name();
        MatrixStatistics statistics = row.statistics();
        assertThat(statistics).as(name).isNotNull();
        if (statistics == null) {
            return;
        }
        long bad = expected.path("nonfinite").asLong();
        assertThat(statistics.nan() + statistics.inf()).as(name).isEqualTo(bad);
        if (bad > 0) {
            assertThat(row.status()).as(name).isEqualTo(Status.SKIPPED);
            assertThat(row.norm()).as(name).isNull();
            return;
        }
        assertThat(row.status()).as("%s: %s", name, row.reason()).isEqualTo(Status.ANALYZED);
        judge(name, LocalAudit.norm(row).sigma(), expected.path("sigma").asDouble(), tolerance);
        judge(name, statistics, expected);
    }

    private void judge(String name, Interval sigma, double truth, double tolerance) {
        double upper = sigma.upper().orElseThrow().value();
        assertThat(sigma.lower().value() * (1 - ROUNDED)).as(name).isLessThanOrEqualTo(truth);
        assertThat(upper * (1 + ROUNDED)).as(name).isGreaterThanOrEqualTo(truth);
        assertThat(sigma.relativeWidth()).as(name).isLessThanOrEqualTo(tolerance);
        assertThat(sigma.estimate()).as(name).isBetween(sigma.lower().value(), upper);
        if (truth != 0) {
            double error = Math.abs(sigma.estimate() / truth - 1);
            worst = Math.max(worst, error);
            assertThat(error).as("%s: %s for %s", name, sigma, truth).isLessThanOrEqualTo(ESTIMATE_ERROR);
        }
    }

    private static void judge(String name, MatrixStatistics statistics, JsonNode expected) {
        close(name + " frobenius", statistics.frobenius(), expected.path("frobenius"));
        close(name + " min", statistics.rowNorm().min(), expected.at("/row_norm/min"));
        close(name + " max", statistics.rowNorm().max(), expected.at("/row_norm/max"));
        close(name + " mean", statistics.rowNorm().mean(), expected.at("/row_norm/mean"));
        if (expected.has("max_abs")) {
            close(name + " max_abs", statistics.maxAbs(), expected.path("max_abs"));
        }
        if (expected.has("zero_rows")) {
            assertThat(statistics.zeroRows())
                    .as(name)
                    .isEqualTo(expected.path("zero_rows").asLong());
        }
    }

    private static void close(String what, double actual, JsonNode expected) {
        double value = expected.asDouble();
        assertThat(actual).as(what).isCloseTo(value, within(STATISTICS_ERROR * Math.abs(value)));
    }
}
