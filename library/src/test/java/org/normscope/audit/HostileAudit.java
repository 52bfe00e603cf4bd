package org.normscope.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.TensorRow;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.report.BuildInfo;
import org.normscope.report.CsvReport;
import org.normscope.report.JsonReport;
import org.normscope.report.TextReport;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.testing.HostileCase;
import org.normscope.testing.HostileCase.Expect;
import org.normscope.testing.HostileCase.ExpectedTensor;
import org.normscope.testing.HostileCorpus;
import org.normscope.testing.RecordingStorage;
import org.normscope.testing.Suite;
import org.normscope.weightnorm.MatrixStatistics;

/** Audits hostile input in this JVM, and judges outcome, numbers, output and time by the manifest. */
final class HostileAudit {
    private HostileAudit() {}

    static Stream<DynamicTest> tests(String... formats) throws IOException {
        Suite.CORPUS.requireOrSkip();
        return HostileCorpus.cases(formats).stream()
                .map(hostile -> DynamicTest.dynamicTest(hostile.toString(), () -> judge(hostile)));
    }

    private static void judge(HostileCase hostile) throws Exception {
        Path scratch = Files.createTempDirectory("hostile");
        try {
            Path input = HostileCorpus.locate(hostile, scratch);
            RecordingStorage storage = new RecordingStorage();
            long began = System.nanoTime();
            try {
                AuditReport report = audit(storage, input);
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                assertThat(hostile.expect()).isNotEqualTo(Expect.REJECT);
                hostile.tensors().forEach((name, expected) -> assertThatIsAsExpected(report, name, expected));
                assertThatOutputIsSafe(hostile, report);
                assertThat(took).isLessThan(hostile.limits().time());
            } catch (BadCheckpointException e) {
                assertThat(hostile.expect()).as(e.getMessage()).isNotEqualTo(Expect.ACCEPT);
                assertThat(e.getMessage()).contains(String.valueOf(input.getFileName()));
            }
            Path home = hostile.build().isPresent() ? scratch : folder(input);
            assertThatNothingElseWasTouched(hostile, home, storage);
        } finally {
            HostileCorpus.clean(scratch);
        }
    }

    private static Path folder(Path input) {
        return Files.isDirectory(input)
                ? input
                : requireNonNull(input.toAbsolutePath().getParent());
    }

    /** Files outside the checkpoint stay closed, wherever its links and paths point; and no payload has run. */
    private static void assertThatNothingElseWasTouched(HostileCase hostile, Path home, RecordingStorage storage)
            throws IOException {
        for (String touched : storage.touched()) {
            assertThat(Path.of(touched).toRealPath().startsWith(home.toRealPath()))
                    .as(touched)
                    .isTrue();
            assertThat(hostile.mustNotOpen()).doesNotContain(touched);
        }
        if (hostile.canary().isPresent()) {
            assertThat(Path.of(hostile.canary().get())).doesNotExist();
            assertThat(home.resolve(hostile.canary().get())).doesNotExist();
        }
        try (Stream<Path> here = Files.list(Path.of(""))) {
            assertThat(here).noneMatch(path -> path.toString().startsWith("CANARY-"));
        }
    }

    private static AuditReport audit(Storage storage, Path input) throws Exception {
        AuditPlan plan = Audit.plan(
                Checkpoints.open(storage, input.toString()),
                AuditSettings.DEFAULT.withSeed(1),
                AuditPlan.Request.REPORT_ONLY);
        Kernels kernels = Kernels.best();
        return new Audit(new LocalEngine(storage, kernels), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, vectors) -> {});
    }

    private static void assertThatIsAsExpected(AuditReport report, String name, ExpectedTensor expected) {
        Map<String, TensorRow> tensors = report.tensors().stream()
                .collect(Collectors.toMap(row -> row.tensor().name(), Function.identity()));
        Map<String, WeightRow> weights = report.weights().stream()
                .collect(Collectors.toMap(row -> row.weight().name(), Function.identity()));
        String key = name.equals("*") ? report.tensors().get(0).tensor().name() : name;
        TensorRow tensor = tensors.get(key);
        @Nullable WeightRow weight = weights.get(key);
        assertThat(tensor).as(name).isNotNull();
        switch (expected.status()) {
            case "ok" -> {
                assertThat(tensor.status()).isEqualTo(Status.ANALYZED);
                assertThatContains(sigma(weight), expected.sigma().orElseThrow());
            }
            case "empty" -> {
                assertThat(tensor.status()).isEqualTo(Status.ANALYZED);
                assertThat(sigma(weight).upper().orElseThrow().value()).isZero();
            }
            case "non_finite" -> {
                assertThat(tensor.status()).isEqualTo(Status.SKIPPED);
                assertThat(requireNonNull(weight).norm()).isNull();
                MatrixStatistics statistics = requireNonNull(tensor.statistics());
                assertThat(statistics.nan()).isEqualTo(expected.nan());
                assertThat(statistics.inf()).isEqualTo(expected.inf());
            }
            case "not_a_matrix" -> assertThat(weight).isNull();
            default -> throw new IllegalArgumentException(expected.status());
        }
    }

    private static Interval sigma(@Nullable WeightRow weight) {
        return requireNonNull(requireNonNull(weight).norm()).sigma();
    }

    private static void assertThatContains(Interval sigma, double truth) {
        assertThat(sigma.estimate()).isCloseTo(truth, within(1e-5 * truth + Double.MIN_VALUE));
        assertThat(sigma.lower().value()).isLessThanOrEqualTo(truth * (1 + 1e-12));
        assertThat(sigma.upper().orElseThrow().value()).isGreaterThanOrEqualTo(truth * (1 - 1e-12));
    }

    private static void assertThatOutputIsSafe(HostileCase hostile, AuditReport report) throws IOException {
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        CsvReport.write(report, csv);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        JsonReport.write(report, BuildInfo.current(), JsonReport.Extent.WHOLE, json);
        String plain = TextReport.of(report) + csv.toString(StandardCharsets.UTF_8);
        for (String raw : hostile.neverRaw()) {
            if (!raw.startsWith("<")) {
                assertThat(plain).doesNotContain(raw);
            }
        }
        hostile.bait().ifPresent(bait -> assertThat(plain + json).doesNotContain(String.valueOf((long) bait)));
    }
}
