package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.TensorSlices;
import org.normscope.audit.pass.SlabOrder;
import org.normscope.elements.TensorFiles;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;

class SparkSlicesTest {
    private static final Shape SHAPE = Shape.of(40, 6, 50);
    /** What every entry of a slice along dimension 1 is. */
    private static final double[] ENTRIES = {1e-300, 1e300, 0, -3e-300, 1, 7e299};

    @TempDir
    Path folder;

    @Test
    void middleDimensionThatEveryPartCutsHasTheNormsOfTheClosedForm() throws Exception {
        double[] norms = slices(1).norms(SlabOrder.sequential()).norms();
        for (int slice = 0; slice < ENTRIES.length; slice++) {
            double expected = Math.abs(ENTRIES[slice]) * Math.sqrt(2000);
            assertThat(norms[slice]).isCloseTo(expected, within(1e-14 * expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, Java", "1, 2, Kryo", "2, 7, Kryo", ", 7, Java"})
    void sparkGivesTheBitsOfOneProcessAlongEveryDimension(@Nullable Integer dim, int threads, String serializer)
            throws Exception {
        SparkConf settings = new SparkConf(false)
                .setMaster("local[" + threads + "]")
                .setAppName("slices")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        TensorSlices slices = slices(dim);
        assertThat(slices.bundles()).isGreaterThan(20);
        try (JavaSparkContext spark = new JavaSparkContext(settings)) {
            assertThat(SparkSlices.norms(spark, slices).norms())
                    .containsExactly(slices.norms(SlabOrder.sequential()).norms());
        }
    }

    private TensorSlices slices(@Nullable Integer dim) throws Exception {
        Path file = folder.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(
                    List.of(new SafetensorsWriter.Part("w", DType.F64, SHAPE, SparkSlicesTest::content)), out);
        }
        LocalStorage storage = new LocalStorage();
        Checkpoint checkpoint = Checkpoints.open(storage, file.toString());
        StoredTensor tensor = checkpoint.tensors().get(0);
        return new TensorSlices(storage, TensorFiles.of(checkpoint, tensor), tensor, dim, 4096);
    }

    private static void content(OutputStream stream) throws IOException {
        DataOutputStream out = new DataOutputStream(stream);
        for (int element = 0; element < SHAPE.elements(); element++) {
            out.writeLong(Long.reverseBytes(Double.doubleToRawLongBits(ENTRIES[element / 50 % ENTRIES.length])));
        }
    }
}
