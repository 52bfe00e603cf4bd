package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.job.engine.EngineFactory;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Convolutions whose frequencies are shared among Spark tasks. */
class FrequencyRunTest {
    private static final int CHANNELS = 340;

    @TempDir
    Path folder;

    @BeforeEach
    void quietSpark() {
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    @AfterEach
    void forgetSettings() {
        System.clearProperty("spark.serializer");
    }

    @ParameterizedTest
    @CsvSource({"1, Java", "2, Kryo"})
    void sparkGivesTheBytesOfTheLocalEngine(int threads, String serializer) throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        Path file = folder.resolve("model.safetensors");
        WrittenCheckpoint checkpoint = new WrittenCheckpoint();
        for (int i = 0; i < 2; i++) {
            byte[] bytes = WrittenCheckpoint.random(DType.BF16, CHANNELS * CHANNELS * 2, new SplittableRandom(i));
            checkpoint.with("conv" + i + ".weight", DType.BF16, Shape.of(CHANNELS, CHANNELS, 2), bytes);
        }
        Files.write(
                file,
                checkpoint
                        .with("small.weight", DType.F32, Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6)
                        .bytes());
        EngineRuns runs = new EngineRuns(file);
        String local = runs.repeatable(EngineFactory.LOCAL);
        assertThat(local).contains("\"evaluations\"");
        assertThat(runs.repeatable(new SparkEngineFactory("local[" + threads + "]")))
                .isEqualTo(local);
    }
}
