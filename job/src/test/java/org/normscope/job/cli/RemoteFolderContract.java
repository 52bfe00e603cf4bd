package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.engine.JournaledEngines;
import org.normscope.job.sink.Journal;
import org.normscope.job.sink.OutputFolders;
import org.normscope.kernel.Kernels;
import org.normscope.report.BuildInfo;
import org.normscope.report.JournalKey;
import org.normscope.testing.SampleCheckpoint;
import org.normscope.testing.Synthetic;

/** What holds on every file system: a checkpoint there gives the bytes that it gives on a disk, and reports can be written there. */
abstract class RemoteFolderContract {
    private static final long SEED = 99;
    private static final String HADOOP = "spark.hadoop.";

    @TempDir
    private Path folder;

    /** Copies the files of a folder to one of this name; returns its location. */
    abstract String upload(Path from, String name) throws IOException;

    /** The location of a folder, there or not. */
    abstract String location(String name);

    @BeforeAll
    static void quietSpark() {
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    @AfterAll
    static void forgetFileSystems() throws IOException {
        FileSystem.closeAll();
        System.getProperties().keySet().removeIf(key -> String.valueOf(key).startsWith(HADOOP));
    }

    static void set(String hadoopKey, String value) {
        System.setProperty(HADOOP + hadoopKey, value);
    }

    @Test
    void theSmallPresetGivesTheBytesOfTheLocalFileOnBothEngines() throws Exception {
        Synthetic.writeSmall(folder, List.of("--shards", "3"));
        String there = upload(folder, "small");
        Path truth = folder.resolve("truth");
        assertThat(audit(folder.toString(), truth.toString())).isZero();

        for (String engine : List.of("local", "spark")) {
            String out = location("reports/" + engine);
            assertThat(engine.equals("local") ? audit(there, out) : audit(there, out, "--master", "local[2]"))
                    .isZero();
            assertThat(comparable(text(out + "/report.json"), there))
                    .isEqualTo(comparable(Files.readString(truth.resolve("report.json")), folder.toString()));
            assertThat(text(out + "/weights.csv")).isEqualTo(Files.readString(truth.resolve("weights.csv")));
            assertThat(names(out)).containsExactly("report.html", "report.json", "weights.csv", "weights.parquet");
        }
    }

    @Test
    void aReportThatIsThereIsReplacedOnlyWhenAsked() throws Exception {
        String there = upload(SampleCheckpoint.write(folder), "sample");
        String out = location("reports/sample");
        assertThat(audit(there, out)).isZero();
        String first = text(out + "/weights.csv");

        assertThat(Cli.run("audit", there, "--out", out))
                .isEqualTo(new Cli(64, "", "normscope: " + out + "/report.json exists; --overwrite replaces it\n"));
        assertThat(audit(there, out, "--overwrite")).isZero();
        assertThat(text(out + "/weights.csv")).isEqualTo(first);
    }

    @Test
    void aJournalThereIsGoneOnWith() throws Exception {
        int finished = 5;
        String there = upload(SampleCheckpoint.write(folder), "sample");
        String out = location("reports/resumed");
        leaveJournal(there, out, finished);
        assertThat(names(out)).containsExactly("audit-1.journal");

        Cli cli = Cli.run("audit", there, "--out", out, "--resume");

        assertThat(cli)
                .extracting(Cli::status, Cli::err)
                .containsExactly(
                        0, "normscope: " + finished + " of 13 results are known from " + out + "/audit-1.journal\n");
        assertThat(names(out)).containsExactly("report.html", "report.json", "weights.csv", "weights.parquet");
        Path truth = folder.resolve("truth");
        assertThat(audit(folder.toString(), truth.toString())).isZero();
        assertThat(comparable(text(out + "/report.json"), there))
                .isEqualTo(comparable(Files.readString(truth.resolve("report.json")), folder.toString()));
    }

    @Test
    void aFileThatIsNotThereIsBadInput() {
        String missing = location("none/model.safetensors");
        assertThat(Cli.run("audit", missing))
                .isEqualTo(new Cli(2, "", "normscope: " + missing + ": no such file or directory\n"));
    }

    @Test
    void aTruncatedFileIsBadInput() throws Exception {
        Path file = folder.resolve("model.safetensors");
        Files.write(file, new byte[] {100, 0, 0, 0, 0, 0, 0, 0, '{'});
        assertThat(Cli.run("audit", upload(folder, "truncated")))
                .extracting(Cli::status, cli -> cli.err().lines().count())
                .containsExactly(2, 1L);
    }

    /** What an audit leaves that is interrupted after so many tensors. */
    private static void leaveJournal(String checkpoint, String out, int finished) throws Exception {
        AuditRun run = AuditRun.open(checkpoint);
        AuditPlan plan = run.plan(AuditSettings.DEFAULT.withSeed(SEED), AuditPlan.Request.REPORT_ONLY);
        Kernels kernels = Kernels.best();
        try (Journal journal = Journal.in(OutputFolders.of(out, Hadoop::configuration))) {
            journal.startAfresh(JournalKey.of(
                    plan, run.written(), new AuditReport.Kernel(kernels.name(), kernels.lanes()), BuildInfo.current()));
            List<Object> kept = new ArrayList<>();
            EngineFactory engines = new JournaledEngines(EngineFactory.LOCAL, List.of(), result -> {
                if (kept.size() < finished) {
                    journal.add(result);
                    kept.add(result);
                }
            });
            run.run(plan, engines, new Streams(System.out, System.err, Streams.Progress.NONE), (weight, vectors) -> {});
            assertThat(journal.failure()).isEmpty();
        }
    }

    private static int audit(String checkpoint, String out, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("audit", checkpoint, "--out", out, "--seed", String.valueOf(SEED), "--quiet"));
        arguments.addAll(List.of(options));
        Cli cli = Cli.run(arguments.toArray(String[]::new));
        assertThat(cli.err()).isEmpty();
        return cli.status();
    }

    /** A report without {@code provenance.run} and {@code checkpoint.location}, of which each is a line. */
    private static String comparable(String report, String location) {
        String run = "    \"run\": {";
        String place = "    \"location\": \"" + location + "\",";
        assertThat(report.lines().filter(line -> line.startsWith(run) || line.equals(place)))
                .hasSize(2);
        return report.lines()
                .filter(line -> !line.startsWith(run) && !line.equals(place))
                .collect(Collectors.joining("\n"));
    }

    private static String text(String location) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
        try (InputStream in = path.getFileSystem(Hadoop.configuration()).open(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> names(String location) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
        return Stream.of(path.getFileSystem(Hadoop.configuration()).listStatus(path))
                .map(file -> file.getPath().getName())
                .sorted()
                .toList();
    }
}
