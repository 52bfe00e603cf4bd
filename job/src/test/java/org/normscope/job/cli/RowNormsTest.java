package org.normscope.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.SampleCheckpoint;

class RowNormsTest {
    private static final String ODD = "na\u00efve \"name\"\n.weight";

    @TempDir
    private Path folder;

    /** @param norm finite */
    private record Row(String name, long index, double norm) {}

    @BeforeEach
    void keepSparkOffTheNetwork() {
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    }

    @AfterEach
    void forgetSettings() {
        System.clearProperty("spark.serializer");
    }

    @ParameterizedTest
    @CsvSource({"1, Java", "2, Kryo", "7, Java"})
    void sparkGivesTheRowsOfTheLocalEngineBitForBit(int threads, String serializer) throws IOException {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        Path checkpoint = SampleCheckpoint.write(folder);
        List<Row> local = rows(checkpoint, "here", "--block-bytes", "4096");

        assertThat(rows(checkpoint, "there", "--block-bytes", "4096", "--master", "local[" + threads + "]"))
                .isEqualTo(local);
        assertThat(local.stream().map(Row::name).distinct())
                .contains("tall.weight", "wide.weight", "huge.weight", "zero.weight")
                .doesNotContain("empty.weight", "norm.weight", "poisoned.weight", "steps");
        assertThat(local.stream()
                        .filter(row -> row.name().equals("wide.weight"))
                        .map(Row::index))
                .hasSize(90)
                .isSorted();
    }

    @ParameterizedTest
    @CsvSource({"--threads-of-this-process", "local[2]"})
    void tableOfManyBundlesHasARowForEachOfItsLines(String master) throws IOException {
        Path checkpoint = write(new SafetensorsWriter.Part(
                "table.weight",
                DType.F64,
                Shape.of(300_000, 3),
                content(900_000, i -> (i / 3 % 1000 + 1) * new double[] {3, 4, 12}[(int) (i % 3)])));

        List<Row> rows = master.startsWith("local")
                ? rows(checkpoint, "out", "--block-bytes", "64KB", "--master", master)
                : rows(checkpoint, "out", "--block-bytes", "64KB");

        assertThat(rows).hasSize(300_000);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i)).isEqualTo(new Row("table.weight", i, 13 * (i % 1000 + 1)));
        }
    }

    @Test
    void rowsOfMatricesCutAcrossTheirLinesAreTheSameOnBothEnginesAndRight() throws IOException {
        LongToDoubleFunction entry = i -> (i % 7 == 0 ? 1e-170 : 1) * (i * 37 % 101 - 50);
        Path checkpoint = write(
                new SafetensorsWriter.Part("tall.weight", DType.F64, Shape.of(580, 530), content(580 * 530, entry)),
                new SafetensorsWriter.Part("wide.weight", DType.F64, Shape.of(520, 590), content(520 * 590, entry)));
        String[] options = {"--block-bytes", "4096", "--method", "krylov", "--iterations", "2"};

        List<Row> local = rows(checkpoint, "here", options);

        assertThat(rows(
                        checkpoint,
                        "there",
                        Stream.concat(Stream.of("--master", "local[2]"), Stream.of(options))
                                .toArray(String[]::new)))
                .isEqualTo(local);
        assertThat(local).hasSize(580 + 520);
        for (int i = 0; i < local.size(); i++) {
            boolean tall = i < 580;
            long index = tall ? i : i - 580;
            int cols = tall ? 530 : 590;
            double expected = Math.sqrt(LongStream.range(index * cols, (index + 1) * cols)
                    .mapToDouble(k -> entry.applyAsDouble(k) * entry.applyAsDouble(k))
                    .sum());
            assertThat(local.get(i).name()).isEqualTo(tall ? "tall.weight" : "wide.weight");
            assertThat(local.get(i).index()).isEqualTo(index);
            assertThat(local.get(i).norm()).isCloseTo(expected, within(1e-13 * expected));
        }
    }

    @Test
    void tinyAndHugeEntriesNeitherVanishNorOverflowAndNamesAreAsTheyAre() throws IOException {
        double[] tall = {3e-300, 4e-300, 3e300, 4e300, 0, 0};
        Path checkpoint = write(
                new SafetensorsWriter.Part(ODD, DType.F64, Shape.of(3, 2), content(6, i -> tall[(int) i])),
                new SafetensorsWriter.Part(
                        "wide.weight", DType.F64, Shape.of(2, 2500), content(5000, i -> i < 2500 ? 1e-300 : 1e300)));

        List<Row> rows = rows(checkpoint, "out", "--block-bytes", "4096");

        double[] expected = {5e-300, 5e300, 0, 50e-300, 50e300};
        assertThat(rows).extracting(Row::name).containsExactly(ODD, ODD, ODD, "wide.weight", "wide.weight");
        for (int i = 0; i < expected.length; i++) {
            assertThat(rows.get(i).norm()).isCloseTo(expected[i], within(1e-14 * expected[i]));
        }
    }

    @Test
    void onlySelectedWeightsHaveRows() throws IOException {
        List<Row> rows = rows(SampleCheckpoint.write(folder), "out", "--include", "tiny*");
        assertThat(rows).extracting(Row::name).containsOnly("tiny.weight").hasSize(7);
    }

    @Test
    void existingFileIsRefusedUnlessItMayBeReplaced() throws IOException {
        Path checkpoint = SampleCheckpoint.write(folder);
        Path out = Files.createDirectory(folder.resolve("out"));
        Path file = Files.writeString(out.resolve("row_norms.parquet"), "mine");

        assertThat(Cli.run("audit", checkpoint.toString(), "--row-norms", out.toString()))
                .extracting(Cli::status)
                .isEqualTo(64);
        assertThat(file).hasContent("mine");
        assertThat(rows(checkpoint, "out", "--overwrite")).isNotEmpty();
    }

    private List<Row> rows(Path checkpoint, String name, String... options) throws IOException {
        Path out = folder.resolve(name);
        List<String> call = new ArrayList<>(List.of("audit", checkpoint.toString(), "--row-norms", out.toString()));
        call.addAll(List.of(options));
        Cli cli = Cli.run(call.toArray(String[]::new));
        assertThat(cli.status()).as(cli.err()).isZero();
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("row_norms.parquet");
        }
        return read(out.resolve("row_norms.parquet"));
    }

    private static List<Row> read(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (ParquetReader<Group> reader = ParquetReader.builder(
                        new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
                .withConf(new Configuration())
                .build()) {
            for (Group group = reader.read(); group != null; group = reader.read()) {
                rows.add(new Row(group.getString("name", 0), group.getLong("index", 0), group.getDouble("norm", 0)));
            }
        }
        return rows;
    }

    private Path write(SafetensorsWriter.Part... parts) throws IOException {
        Path file = folder.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(List.of(parts), out);
        }
        return file;
    }

    private static SafetensorsWriter.Content content(int count, LongToDoubleFunction entry) {
        return stream -> {
            DataOutputStream out = new DataOutputStream(stream);
            for (int i = 0; i < count; i++) {
                out.writeLong(Long.reverseBytes(Double.doubleToRawLongBits(entry.applyAsDouble(i))));
            }
        };
    }
}
