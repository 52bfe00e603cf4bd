package org.normscope.job.spark;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Forecasts;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.job.engine.EngineFactory;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.testing.MadeCheckpoint;

/** Weights that aren't stored as they are applied, whole and in stripes, on both engines. */
class MadeWeightsSparkTest {
    private static final long SMALL_BLOCKS = 4096;

    @TempDir
    Path folder;

    private Path checkpoint;
    private EngineRuns runs;

    @BeforeEach
    void writeCheckpoint() throws IOException {
        checkpoint = folder.resolve("model.safetensors");
        Files.write(checkpoint, MadeCheckpoint.of().bytes());
        runs = new EngineRuns(checkpoint);
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    @AfterEach
    void forgetSettings() {
        System.clearProperty("spark.serializer");
    }

    @ParameterizedTest
    @CsvSource({"67108864, 2, Kryo", "4096, 1, Java", "4096, 3, Kryo"})
    void sparkGivesTheBytesOfTheLocalEngine(long blockBytes, int threads, String serializer) throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        EngineRuns cut = runs.withBlocks(blockBytes);
        assertThat(cut.repeatable(new SparkEngineFactory("local[" + threads + "]")))
                .isEqualTo(cut.repeatable(EngineFactory.LOCAL));
    }

    @Test
    void stripesGiveTheSigmaOfWholeMatrices() throws Exception {
        List<WeightRow> whole =
                runs.report(EngineFactory.LOCAL, new LocalStorage()).weights();
        List<WeightRow> striped = runs.withBlocks(SMALL_BLOCKS)
                .report(new SparkEngineFactory("local[2]"), new LocalStorage())
                .weights();
        assertThat(whole).hasSize(19).allMatch(row -> row.status() == Status.ANALYZED);
        for (int i = 0; i < whole.size(); i++) {
            Interval one = requireNonNull(whole.get(i).norm()).sigma();
            Interval other = requireNonNull(striped.get(i).norm()).sigma();
            assertThat(other.estimate())
                    .as(whole.get(i).weight().name())
                    .isCloseTo(one.estimate(), within(1e-12 * one.estimate()));
            assertThat(other.lower().value())
                    .isLessThanOrEqualTo(one.upper().orElseThrow().value());
        }
    }

    @Test
    void whatIsReadIsWhatWasForecast() throws Exception {
        AuditSettings settings = new AuditSettings(
                AuditSettings.DEFAULT.precision(), AuditSettings.DEFAULT.selection(), SMALL_BLOCKS, 1, 99L);
        AuditPlan plan = AuditPlan.of(
                Checkpoints.open(new LocalStorage(), checkpoint.toString()), settings, AuditPlan.Request.REPORT_ONLY);
        Forecasts forecasts = Forecasts.of(plan);
        assertThat(forecasts.each())
                .filteredOn(forecast -> forecast.task().isProduct())
                .hasSize(2)
                .noneMatch(forecast -> forecast.isStriped());
        SparkContext context = new SparkContext(Configurations.of("local[2]"));
        try {
            SparkEngine engine = new SparkEngine(context, new LocalStorage(), Kernels.best());
            AuditReport report =
                    new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {});
            assertThat(report.run().bytesRead()).isEqualTo(forecasts.bytesRead());
        } finally {
            context.stop();
        }
    }
}
