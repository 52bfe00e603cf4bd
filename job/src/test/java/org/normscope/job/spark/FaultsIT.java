package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.job.engine.EngineFactory;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.SampleCheckpoint;
import org.normscope.testing.Suite;

/** What goes wrong on a cluster changes no byte of a report; what can't be mended says what to set. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FaultsIT {
    private static final String THREE_EXECUTORS = "local-cluster[3,1,1024]";
    /** Three of the sample's matrices are striped, the others are whole. */
    private static final long STRIPES = 65_536;

    private static final long WHOLE = 64 << 20;
    /** Eight steps, however small a matrix is. */
    private static final Precision STEPS =
            new Precision(1e-3, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.KRYLOV, 8);

    @TempDir
    static Path folder;

    private static StandaloneCluster standalone;
    private static EngineRuns sample;
    private Properties before;

    @BeforeAll
    static void startCluster() throws Exception {
        Suite.CLUSTER.requireOrSkip();
        Path checkpoint = SampleCheckpoint.write(Files.createDirectory(folder.resolve("sample")));
        sample = new EngineRuns(checkpoint).with(STEPS);
        standalone = StandaloneCluster.start(Suite.repository(), Files.createDirectory(folder.resolve("scratch")));
    }

    @AfterAll
    static void stopCluster() {
        if (standalone != null) {
            standalone.close();
        }
    }

    @BeforeEach
    void configure() {
        before = (Properties) System.getProperties().clone();
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.locality.wait", "100ms");
        Ambush.KILLED.clear();
    }

    @AfterEach
    void forgetSettings() {
        System.setProperties(before);
    }

    @ParameterizedTest
    @CsvSource({STRIPES + ", 2, Java", STRIPES + ", 2, Kryo", WHOLE + ", 0, Java"})
    void twoOfThreeExecutorsKilledInTheMiddleOfAStepChangeNoByte(long blockBytes, String stage, String serializer)
            throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        assertThatTwoKillsChangeNoByte(THREE_EXECUTORS, blockBytes, stage);
    }

    @Test
    void allExecutorsOfAStandaloneClusterKilledInTheMiddleOfAStepChangeNoByte() throws Exception {
        System.setProperty("spark.executor.extraClassPath", standalone.classPathOfTests());
        assertThatTwoKillsChangeNoByte(standalone.url(), STRIPES, "2");
    }

    private static void assertThatTwoKillsChangeNoByte(String master, long blockBytes, String stage) throws Exception {
        System.setProperty("spark.plugins", Ambush.class.getName());
        System.setProperty(Ambush.STAGE, stage);
        EngineRuns runs = sample.withBlocks(blockBytes);
        String cluster = runs.repeatable(new SparkEngineFactory(master));
        assertThat(Ambush.KILLED).hasSize(2).noneMatch(FaultsIT::isAlive);
        assertThat(cluster).isEqualTo(runs.repeatable(EngineFactory.LOCAL));
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Java", "Kryo"})
    void firstAttemptsOfAllTasksFailingChangeNoByte(String serializer) throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        System.setProperty("spark.plugins", FailingFirstAttempts.class.getName());
        FailingFirstAttempts.FAILURES.set(0);
        EngineRuns runs = sample.withBlocks(STRIPES);
        String spark = runs.repeatable(new SparkEngineFactory("local[2]"));
        assertThat(FailingFirstAttempts.FAILURES).hasValueGreaterThan(40);
        assertThat(spark).isEqualTo(runs.repeatable(EngineFactory.LOCAL));
    }

    @Test
    void aSpeculativeCopyOfATaskThatNeverEndsChangesNoByte() throws Exception {
        System.setProperty("spark.executor.extraClassPath", standalone.classPathOfTests());
        System.setProperty("spark.plugins", Straggler.class.getName());
        System.setProperty("spark.speculation", "true");
        System.setProperty("spark.speculation.quantile", "0.5");
        Straggler.ASKED.set(0);
        EngineRuns runs = sample.withBlocks(STRIPES);
        String speculative = runs.repeatable(new SparkEngineFactory(standalone.url()));
        assertThat(Straggler.ASKED).hasPositiveValue();
        assertThat(speculative).isEqualTo(runs.repeatable(EngineFactory.LOCAL));
    }

    @ParameterizedTest
    @ValueSource(ints = {150_000, 300_000})
    void aBlockLargerThanTheHeapOfAnExecutorSaysWhatToSet(int rows) throws Exception {
        System.setProperty("spark.executor.memory", "512m");
        System.setProperty("spark.extraListeners", LostTasks.class.getName());
        LostTasks.COUNT.set(0);
        EngineRuns runs = new EngineRuns(sparse(rows, 1000)).withBlocks(700 << 20);
        AuditReport report = runs.report(new SparkEngineFactory("local-cluster[1,1,512]"), new LocalStorage());
        assertThat(report.tensors()).singleElement().satisfies(row -> {
            assertThat(row.status()).isEqualTo(Status.FAILED);
            assertThat(row.reason())
                    .startsWith("large.weight: out of memory with a heap of 5")
                    .contains("spark.executor.memory=", "smaller --block-bytes")
                    .doesNotContain("\n");
        });
        assertThat(LostTasks.COUNT).hasValue(0);
    }

    @Test
    void executorsThatTheSystemKillsUntilSparkGivesUpSayWhatToSet() {
        System.setProperty("spark.plugins", Ambush.class.getName());
        System.setProperty("spark.task.maxFailures", "1");
        assertThatThrownBy(() -> sample.repeatable(new SparkEngineFactory(THREE_EXECUTORS)))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("the Spark job failed: ")
                .contains("spark.executor.memory=", "smaller --block-bytes")
                .doesNotContain("\n");
    }

    /** A float32 matrix of zeros that takes no room on the disk. */
    private static Path sparse(long rows, long cols) throws IOException {
        Path file = folder.resolve("sparse-" + rows + ".safetensors");
        long bytes = 4 * rows * cols;
        String header = String.format(
                "{\"large.weight\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}", rows, cols, bytes);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.writeLong(Long.reverseBytes(header.length()));
            out.write(header.getBytes(StandardCharsets.US_ASCII));
            out.setLength(Long.BYTES + header.length() + bytes);
        }
        return file;
    }
}
