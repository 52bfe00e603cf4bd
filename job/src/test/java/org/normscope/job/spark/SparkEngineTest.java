package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.job.engine.EngineFactory;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.testing.SampleCheckpoint;

class SparkEngineTest {
    @TempDir
    Path folder;

    private EngineRuns runs;

    @BeforeEach
    void writeCheckpoint() throws IOException {
        runs = new EngineRuns(SampleCheckpoint.write(folder));
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    @AfterEach
    void forgetSettings() {
        System.clearProperty("spark.serializer");
    }

    @ParameterizedTest
    @CsvSource({"1, Java", "2, Java", "7, Java", "1, Kryo", "2, Kryo", "7, Kryo"})
    void sameReportAsTheLocalEngineWhateverThePartitionsAndTheSerializer(int threads, String serializer)
            throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        String local = runs.repeatable(EngineFactory.LOCAL);
        String spark = runs.repeatable(new SparkEngineFactory("local[" + threads + "]"));
        assertThat(spark).isEqualTo(local);
    }

    @Test
    void aReadThatFailsOnceIsTriedAgain() throws Exception {
        FailingStorage.FAILURES_LEFT.set(3);
        AuditReport report = runs.report(new SparkEngineFactory("local[2]"), new FailingStorage("tried again"));
        assertThat(report.count(Status.FAILED)).isZero();
        assertThat(EngineRuns.repeatable(report)).isEqualTo(runs.repeatable(EngineFactory.LOCAL));
    }

    @ParameterizedTest
    @ValueSource(longs = {64 << 20, 4096})
    void aReadThatKeepsFailingIsAFailedTensorAndTheOthersAreAudited(long blockBytes) throws Exception {
        FailingStorage.FAILURES_LEFT.set(Integer.MAX_VALUE);
        FailingStorage storage = new FailingStorage("model-00001");
        AuditReport report = runs.withBlocks(blockBytes).report(new SparkEngineFactory("local[2]"), storage);
        assertThat(report.count(Status.FAILED)).isEqualTo(7);
        assertThat(report.tensors())
                .filteredOn(row -> row.status() == Status.FAILED)
                .allSatisfy(row -> assertThat(row.reason()).contains("model-00001", "the disk is on fire"));
        assertThat(report.count(Status.ANALYZED)).isEqualTo(5);
    }

    /** A storage whose files fail to open as long as failures are left; only those whose name matches, or all. */
    private record FailingStorage(String nameOrTriedAgain) implements Storage, Serializable {
        static final AtomicInteger FAILURES_LEFT = new AtomicInteger();

        @Override
        public Kind kind(String location) throws IOException {
            return new LocalStorage().kind(location);
        }

        @Override
        public RangeReader open(String location) throws IOException {
            boolean concerned = nameOrTriedAgain.equals("tried again") || location.contains(nameOrTriedAgain);
            if (concerned && FAILURES_LEFT.getAndDecrement() > 0) {
                throw new IOException("the disk is on fire");
            }
            return new LocalStorage().open(location);
        }

        @Override
        public List<String> list(String directory) throws IOException {
            return new LocalStorage().list(directory);
        }

        @Override
        public boolean belongsTo(String directory, String location) throws IOException {
            return new LocalStorage().belongsTo(directory, location);
        }
    }
}
