package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.WeightRow;
import org.normscope.job.engine.EngineFactory;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.SampleCheckpoint;

class StripedAuditTest {
    private static final long SMALL_BLOCKS = 4096;

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
    @CsvSource({"1, Java", "2, Kryo", "7, Java", "7, Kryo"})
    void stripesOnSparkGiveTheBytesOfTheLocalEngine(int threads, String serializer) throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        EngineRuns striped = runs.withBlocks(SMALL_BLOCKS);
        assertThat(striped.repeatable(new SparkEngineFactory("local[" + threads + "]")))
                .isEqualTo(striped.repeatable(EngineFactory.LOCAL));
    }

    @Test
    void stripesGiveTheSigmaOfWholeMatrices() throws Exception {
        AuditReport whole = runs.report(EngineFactory.LOCAL, new LocalStorage());
        AuditReport striped = runs.withBlocks(SMALL_BLOCKS).report(EngineFactory.LOCAL, new LocalStorage());
        for (int i = 0; i < whole.weights().size(); i++) {
            WeightRow one = whole.weights().get(i);
            WeightRow other = striped.weights().get(i);
            assertThat(other.status()).isEqualTo(one.status());
            if (one.norm() != null) {
                double sigma = one.norm().sigma().estimate();
                assertThat(requireNonNull(other.norm()).sigma().estimate())
                        .as(one.weight().name())
                        .isCloseTo(sigma, within(1e-12 * sigma));
            }
        }
    }
}
