package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.job.engine.EngineFactory;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** Matrices whose lines are longer than a block, with two reductions over a cluster. */
class CutLinesSparkTest {
    private static final Precision KRYLOV =
            new Precision(1e-2, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.KRYLOV, null);

    @TempDir
    Path folder;

    private EngineRuns runs;

    @BeforeEach
    void writeCheckpoint() throws IOException {
        runs = new EngineRuns(write(), new AuditSettings(KRYLOV, Selection.ALL, 4096, 1, 8L));
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    private Path write() throws IOException {
        List<SafetensorsWriter.Part> parts = List.of(
                random("wide", 1100, 1500, 1),
                random("tall", 1500, 1100, 1),
                random("poisoned", 1200, 1100, Double.NEGATIVE_INFINITY),
                random("striped", 300, 100, 1));
        Path file = folder.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(parts, out);
        }
        return file;
    }

    private static SafetensorsWriter.Part random(String name, int rows, int cols, double last) {
        SplittableRandom random = new SplittableRandom(rows);
        ByteBuffer bytes = ByteBuffer.allocate(rows * cols * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i < rows * cols; i++) {
            bytes.putFloat((float) (random.nextDouble() - 0.4));
        }
        bytes.putFloat((float) last);
        return new SafetensorsWriter.Part(name, DType.F32, Shape.of(rows, cols), out -> out.write(bytes.array()));
    }

    @AfterEach
    void forgetSettings() {
        System.clearProperty("spark.serializer");
    }

    @ParameterizedTest
    @CsvSource({"1, Java", "2, Java", "7, Java", "2, Kryo", "7, Kryo"})
    void sameReportAsTheLocalEngineWhateverThePartitionsAndTheSerializer(int threads, String serializer)
            throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        String local = runs.repeatable(EngineFactory.LOCAL);
        assertThat(runs.repeatable(new SparkEngineFactory("local[" + threads + "]")))
                .isEqualTo(local);
        assertThat(local).contains("1 infinite entries");
    }
}
