package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.JournaledEngines;
import org.normscope.job.sink.Journal;
import org.normscope.job.sink.OutputFolders;
import org.normscope.kernel.Kernels;
import org.normscope.report.BuildInfo;
import org.normscope.report.JournalKey;
import org.normscope.testing.SampleCheckpoint;

class ResumeTest {
    private static final long SEED = 4711;

    @TempDir
    private Path folder;

    private Path checkpoint = Path.of("");
    private Path out = Path.of("");
    private Path journal = Path.of("");

    @BeforeEach
    void interruptAnAuditJustBeforeItsReport() throws Exception {
        checkpoint = SampleCheckpoint.write(Files.createDirectory(folder.resolve("checkpoint")));
        out = Files.createDirectory(folder.resolve("out"));
        journal = out.resolve("audit-1.journal");
        AuditRun run = AuditRun.open(checkpoint.toString());
        AuditPlan plan = run.plan(AuditSettings.DEFAULT.withSeed(SEED), AuditPlan.Request.REPORT_ONLY);
        try (Journal kept = Journal.in(OutputFolders.of(out.toString(), () -> {
            throw new IllegalStateException();
        }))) {
            Kernels kernels = Kernels.best();
            AuditReport.Kernel kernel = new AuditReport.Kernel(kernels.name(), kernels.lanes());
            kept.startAfresh(JournalKey.of(plan, run.written(), kernel, BuildInfo.current()));
            EngineFactory engines = new JournaledEngines(EngineFactory.LOCAL, List.of(), kept::add);
            Streams silent = new Streams(System.out, System.err, Streams.Progress.NONE);
            run.run(plan, engines, silent, (weight, vectors) -> {});
        }
    }

    @Test
    void nothingIsReadAgainAndTheReportIsTheSame() throws IOException {
        Cli cli = audit("--resume");

        assertThat(cli)
                .extracting(Cli::status, Cli::err)
                .containsExactly(0, "normscope: 13 of 13 results are known from " + journal + "\n");
        assertSameAsUninterrupted();
        assertThat(report(out).at("/provenance/run/bytes_read")).isEqualTo(bytesOfHeaders());
    }

    private JsonNode bytesOfHeaders() throws IOException {
        Path none = folder.resolve("none");
        Cli.run("audit", checkpoint.toString(), "--exclude", "*", "--out", none.toString());
        return report(none).at("/provenance/run/bytes_read");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.02, 0.3, 0.61, 0.9, 0.999})
    void aTornJournalIsWorthItsWholeLines(double share) throws IOException {
        byte[] whole = Files.readAllBytes(journal);
        Files.write(journal, Arrays.copyOf(whole, (int) (share * whole.length)));

        assertThat(audit("--resume", "--seed", String.valueOf(SEED)).status()).isZero();
        assertSameAsUninterrupted();
    }

    @Test
    void aDamagedLineIsComputedAgain() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(journal));
        lines.set(3, lines.get(3).replaceFirst("0x1", "0x2"));
        Files.write(journal, lines);

        assertThat(audit("--resume").err()).startsWith("normscope: 12 of 13 results are known");
        assertSameAsUninterrupted();
    }

    @Test
    void resumedAuditsCanBeInterruptedToo() throws IOException {
        List<String> lines = Files.readAllLines(journal);
        Files.write(journal, lines.subList(0, 4));
        List<String> second = new ArrayList<>(lines.subList(4, 9));
        second.add(0, lines.get(0));
        Files.write(out.resolve("audit-2.journal"), second);

        assertThat(audit("--resume").err()).startsWith("normscope: 8 of 13 results are known");
        assertSameAsUninterrupted();
    }

    @ParameterizedTest
    @CsvSource({"--seed,5,seed 4711", "--tolerance,1e-4,other settings", "--include,t*,other settings"})
    void aJournalOfAnotherAuditIsRefused(String option, String value, String difference) {
        assertThat(audit("--resume", option, value))
                .isEqualTo(new Cli(
                        64,
                        "",
                        "normscope: " + journal + ": the journal of an audit with " + difference
                                + "; use the same again, or audit anew without --resume\n"));
        assertThat(journal).exists();
    }

    @Test
    void aJournalOfAnotherCheckpointIsRefused() throws IOException {
        Path file = checkpoint.resolve("model-00002-of-00002.safetensors");
        Files.delete(checkpoint.resolve("model-00001-of-00002.safetensors"));
        Files.delete(checkpoint.resolve("model.safetensors.index.json"));
        Files.move(file, checkpoint.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);

        Cli cli = audit("--resume");
        assertThat(cli.status()).isEqualTo(64);
        assertThat(cli.err()).contains("another checkpoint").hasLineCount(1);
    }

    @Test
    void aCheckpointWithOtherNumbersUnderTheSameHeadersIsRefused() throws IOException {
        Path file = checkpoint.resolve("model-00002-of-00002.safetensors");
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() + 10_000));

        Cli cli = audit("--resume");
        assertThat(cli.status()).isEqualTo(64);
        assertThat(cli.err())
                .contains("a checkpoint whose files were written again since; use the same again")
                .hasLineCount(1);
        assertThat(journal).exists();
    }

    @Test
    void withoutResumeTheJournalIsMentionedAndReplaced() throws IOException {
        Cli cli = audit("--seed", String.valueOf(SEED));

        assertThat(cli.status()).isZero();
        assertThat(cli.err())
                .isEqualTo("normscope: " + journal
                        + " of an interrupted audit will be replaced; --resume goes on with it\n");
        assertSameAsUninterrupted();
    }

    @Test
    void quietKeepsTheWarningThatAJournalIsReplaced() throws IOException {
        assertThat(audit("--seed", String.valueOf(SEED), "--quiet").err()).contains("will be replaced");
    }

    @Test
    void whatTheInterruptedAuditPublishedIsReplaced() throws IOException {
        Files.writeString(out.resolve("weights.csv"), "half");

        assertThat(audit().status()).isEqualTo(64);
        assertThat(audit("--resume").status()).isZero();
        assertSameAsUninterrupted();
    }

    @Test
    void resumingWithoutAJournalStartsAfresh() throws IOException {
        Files.delete(journal);

        assertThat(audit("--resume").err()).isEqualTo("normscope: nothing to resume: no journal " + journal + "\n");
        assertThat(names()).containsExactly("report.html", "report.json", "weights.csv", "weights.parquet");
    }

    @Test
    void resumingWithVectorsOrWithoutAFolderIsRefusedInWords() {
        assertThat(audit("--resume", "--vectors", folder.toString()))
                .extracting(Cli::status, cli -> cli.err().contains("which no journal holds"))
                .containsExactly(64, true);
        assertThat(audit("--resume", "--row-norms", folder.toString()))
                .extracting(Cli::status, cli -> cli.err().contains("resume without --row-norms"))
                .containsExactly(64, true);
        assertThat(Cli.run("audit", checkpoint.toString(), "--resume"))
                .isEqualTo(new Cli(
                        64, "", "normscope: --resume needs --out: the journal of an audit lies beside its report\n"));
    }

    private Cli audit(String... options) {
        List<String> arguments = new ArrayList<>(List.of("audit", checkpoint.toString(), "--out", out.toString()));
        arguments.addAll(List.of(options));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private void assertSameAsUninterrupted() throws IOException {
        Path truth = folder.resolve("truth");
        Cli.run("audit", checkpoint.toString(), "--seed", String.valueOf(SEED), "--out", truth.toString());
        assertThat(withoutRun(out)).isEqualTo(withoutRun(truth));
        assertThat(out.resolve("weights.csv")).hasSameBinaryContentAs(truth.resolve("weights.csv"));
        assertThat(names()).containsExactly("report.html", "report.json", "weights.csv", "weights.parquet");
    }

    private static JsonNode report(Path folder) throws IOException {
        return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    }

    private static String withoutRun(Path folder) throws IOException {
        JsonNode report = report(folder);
        ((ObjectNode) report.path("provenance")).remove("run");
        return report.toPrettyString();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }
}
