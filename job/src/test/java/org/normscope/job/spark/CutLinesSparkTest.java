package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.job.engine.EngineFactory;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** Matrices whose lines are longer than a block, with two reductions over a cluster. */
class CutLinesSparkTest {
    private static final Precision KRYLOV =
            new Precision(1e-2, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.KRYLOV, 5);

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
                random("wide", 530, 600, 1),
                random("tall", 600, 520, 1),
                random("poisoned", 540, 520, Double.NEGATIVE_INFINITY),
                random("striped", 300, 100, 1));
        Path file = folder.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(parts, out);
        }
        return file;
    }

    private static SafetensorsWriter.Part random(String name, int rows, int cols, double last) {
        SplittableRandom random = new SplittableRandom(rows);
        ByteBuffer bytes = ByteBuffer.allocate(rows * cols * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i < rows * cols; i++) {
            bytes.putDouble(random.nextDouble() - 0.4);
        }
        bytes.putDouble(last);
        return new SafetensorsWriter.Part(name, DType.F64, Shape.of(rows, cols), out -> out.write(bytes.array()));
    }

    @AfterEach
    void forgetSettings() {
        System.clearProperty("spark.serializer");
    }

    @ParameterizedTest
    @CsvSource({"1, Java", "2, Kryo", "7, Java"})
    void sameReportAsTheLocalEngineWhateverThePartitionsAndTheSerializer(int threads, String serializer)
            throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        String local = runs.repeatable(EngineFactory.LOCAL);
        assertThat(runs.repeatable(new SparkEngineFactory("local[" + threads + "]")))
                .isEqualTo(local);
        assertThat(local).contains("infinite entries");
    }

    @Test
    void blocksThatCanNotBeReadFailTheirMatrixAndNoOther() throws Exception {
        AuditReport report = runs.report(new SparkEngineFactory("local[2]"), new BurningStorage());
        assertThat(report.weights())
                .filteredOn(row -> row.status() == Status.FAILED)
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.weight().name()).isEqualTo("wide");
                    assertThat(row.reason()).contains("model.safetensors", "the disk is on fire");
                });
        assertThat(report.count(Status.ANALYZED)).isEqualTo(2);
    }

    /** A storage whose second megabyte of every file, inside the first matrix, can't be read. */
    private record BurningStorage() implements Storage, Serializable {
        @Override
        public Kind kind(String location) throws IOException {
            return new LocalStorage().kind(location);
        }

        @Override
        public RangeReader open(String location) throws IOException {
            return new BurningReader(new LocalStorage().open(location));
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

    private record BurningReader(RangeReader in) implements RangeReader {
        @Override
        public long length() {
            return in.length();
        }

        @Override
        public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
            if (position >> 20 == 1) {
                throw new IOException("the disk is on fire");
            }
            in.readFully(position, destination, offset, count);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
