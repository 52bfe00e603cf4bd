package org.normscope.job.mllib;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import breeze.linalg.DenseMatrix;
import breeze.linalg.DenseVector;
import breeze.linalg.svd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.linalg.distributed.IndexedRow;
import org.apache.spark.mllib.linalg.distributed.IndexedRowMatrix;
import org.apache.spark.mllib.linalg.distributed.RowMatrix;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Start;
import org.normscope.audit.result.Outcome;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightNorm;
import org.normscope.bound.Interval;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class SpectralNormsTest {
    private static final String NAME = "layer.weight";
    private static final Precision KRYLOV =
            new Precision(1e-4, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.KRYLOV, null);

    @TempDir
    Path folder;

    /** A matrix, row after row. */
    private record Numbers(int rows, int cols, double[] values) {
        static Numbers random(int rows, int cols) {
            return new Numbers(
                    rows,
                    cols,
                    WrittenCheckpoint.decoded(
                            DType.F64, WrittenCheckpoint.random(DType.F64, rows * cols, new SplittableRandom(5))));
        }

        Vector row(int i) {
            double[] row = new double[cols];
            System.arraycopy(values, i * cols, row, 0, cols);
            return i % 2 == 0 ? Vectors.dense(row) : Vectors.dense(row).toSparse();
        }

        DenseMatrix<Object> transposedForBreeze() {
            return new DenseMatrix<>(cols, rows, values);
        }
    }

    private static AuditSettings settings(long blockBytes) {
        AuditSettings all = AuditSettings.DEFAULT;
        return new AuditSettings(KRYLOV, all.selection(), blockBytes, 1, 31L);
    }

    private interface OnSpark {
        void run(JavaSparkContext spark) throws Exception;
    }

    private static void with(String serializer, OnSpark work) throws Exception {
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("mllib")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            work.run(spark);
        }
    }

    private static IndexedRowMatrix indexed(JavaSparkContext spark, Numbers numbers, int partitions) {
        List<IndexedRow> rows = new ArrayList<>();
        for (int i = numbers.rows() - 1; i >= 0; i--) {
            rows.add(new IndexedRow(i, numbers.row(i)));
        }
        return new IndexedRowMatrix(spark.parallelize(rows, partitions).rdd(), numbers.rows(), numbers.cols());
    }

    private static RowMatrix unnumbered(JavaSparkContext spark, Numbers numbers, int partitions) {
        List<Vector> rows = new ArrayList<>();
        for (int i = 0; i < numbers.rows(); i++) {
            rows.add(numbers.row(i));
        }
        return new RowMatrix(spark.parallelize(rows, partitions).rdd());
    }

    private Path written(Numbers numbers) throws Exception {
        WrittenCheckpoint made = new WrittenCheckpoint()
                .with(NAME, DType.F64, Shape.of(numbers.rows(), numbers.cols()), numbers.values());
        return Files.write(folder.resolve("model.safetensors"), made.bytes());
    }

    private WeightNorm audited(Numbers numbers, AuditSettings settings) throws Exception {
        AuditPlan plan = Audit.plan(
                Checkpoints.open(new LocalStorage(), written(numbers).toString()),
                settings,
                AuditPlan.Request.REPORT_ONLY);
        try (EngineSession session = EngineFactory.LOCAL.open(new LocalStorage(), Kernels.best())) {
            return requireNonNull(new Audit(session.engine(), Kernels.best(), Audit.Progress.SILENT)
                    .run(plan, 0, (weight, vectors) -> {})
                    .weights()
                    .get(0)
                    .norm());
        }
    }

    @ParameterizedTest
    @CsvSource({"Java, 200, 70", "Kryo, 200, 70", "Java, 50, 130", "Kryo, 50, 130"})
    void givesTheBitsOfTheAuditOfTheStoredMatrix(String serializer, int rows, int cols) throws Exception {
        Numbers numbers = Numbers.random(rows, cols);
        WeightNorm cut = audited(numbers, settings(4096));
        WeightNorm whole = audited(numbers, settings(1 << 20));
        Start start = Start.named(NAME);
        with(serializer, spark -> {
            for (int partitions : new int[] {1, 3, 7}) {
                IndexedRowMatrix matrix = indexed(spark, numbers, partitions);
                assertThat(SpectralNorms.of(matrix, settings(4096), start).norm())
                        .isEqualTo(cut);
                assertThat(SpectralNorms.of(matrix, settings(1 << 20), start).norm())
                        .isEqualTo(whole);
                int block = 11 * partitions;
                assertThat(SpectralNorms.of(matrix.toBlockMatrix(block, block + 2), settings(4096), start)
                                .norm())
                        .isEqualTo(cut);
            }
            assertThat(SpectralNorms.of(unnumbered(spark, numbers, 4), settings(4096), start)
                            .norm())
                    .isEqualTo(cut);
            JavaRDD<?> left =
                    spark.getPersistentRDDs().values().stream().findAny().orElse(null);
            assertThat(left).as("nothing stays cached").isNull();
        });
    }

    @Test
    void agreesWithMllibAndBreeze() throws Exception {
        Numbers numbers = Numbers.random(90, 40);
        DenseVector<Object> values =
                svd.Svd_DM_Impl$.MODULE$.apply(numbers.transposedForBreeze()).singularValues();
        double truth = ((double[]) values.data())[0];
        with("Java", spark -> {
            RowMatrix matrix = unnumbered(spark, numbers, 3);
            double mllib = matrix.computeSVD(6, false, 1e-9).s().apply(0);
            Interval sigma = requireNonNull(SpectralNorms.of(matrix).norm()).sigma();
            assertThat(truth)
                    .isBetween(
                            sigma.lower().value(), sigma.upper().orElseThrow().value());
            assertThat(mllib).isCloseTo(truth, within(1e-9 * truth));
            assertThat(sigma.relativeWidth()).isLessThanOrEqualTo(1e-3);
        });
    }

    @Test
    void saysWhyThereIsNoNorm() throws Exception {
        with("Kryo", spark -> {
            Outcome bad = SpectralNorms.of(indexed(spark, new Numbers(2, 2, new double[] {1, Double.NaN, 2, 3}), 2));
            assertThat(bad.status()).isEqualTo(Status.SKIPPED);
            assertThat(bad.reason()).isEqualTo("1 NaN and 0 infinite entries");
            IndexedRow row = new IndexedRow(1, Vectors.dense(1, 2));
            Outcome twice = SpectralNorms.of(
                    new IndexedRowMatrix(spark.parallelize(List.of(row, row), 2).rdd()));
            assertThat(twice.status()).isEqualTo(Status.FAILED);
            assertThat(twice.reason()).contains("row 1, column 0").contains("given twice");
            Outcome outside = SpectralNorms.of(
                    new IndexedRowMatrix(spark.parallelize(List.of(row), 2).rdd(), 1, 2));
            assertThat(outside.status()).isEqualTo(Status.FAILED);
            assertThat(outside.reason()).contains("(1, 0)").contains("1 x 2");
            Outcome empty =
                    SpectralNorms.of(new RowMatrix(spark.<Vector>emptyRDD().rdd()));
            Interval zero = requireNonNull(empty.norm()).sigma();
            assertThat(zero.upper().orElseThrow().value()).isZero();
        });
    }

    @Test
    void powerIterationFromTheLeadingVectorIsDoneAtOnceAndAVectorOfTheLongSideIsRefused() throws Exception {
        Numbers numbers = Numbers.random(300, 150);
        with("Java", spark -> {
            IndexedRowMatrix matrix = indexed(spark, numbers, 3);
            Start wrong = Start.from(new double[300]);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SpectralNorms.of(matrix, settings(4096), wrong))
                    .withMessageContaining("300 entries; the shorter side of 300 x 150 has 150");
            double[] leading = matrix.computeSVD(6, false, 1e-9)
                    .V()
                    .transpose()
                    .rowIter()
                    .next()
                    .toArray();
            WeightNorm cold = requireNonNull(
                    SpectralNorms.of(matrix, settings(4096), Start.RANDOM).norm());
            WeightNorm power = requireNonNull(
                    SpectralNorms.of(matrix, power(), Start.from(leading)).norm());
            assertThat(power.passes()).isLessThanOrEqualTo(2);
            assertThat(power.sigma().estimate())
                    .isCloseTo(
                            cold.sigma().estimate(), within(1e-4 * cold.sigma().estimate()));
        });
    }

    private static AuditSettings power() {
        return AuditSettings.DEFAULT
                .with(new Precision(1e-4, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.POWER, null))
                .withSeed(1);
    }

    @Test
    void handsTensorsToMllib() throws Exception {
        Numbers numbers = Numbers.random(23, 17);
        Path file = written(numbers);
        with("Kryo", context -> {
            SparkSession spark = SparkSession.builder().getOrCreate();
            for (int block : new int[] {1, 4, 17, 100}) {
                double[] columns = CheckpointMatrices.blockMatrix(spark, file.toString(), NAME, block)
                        .transpose()
                        .toLocalMatrix()
                        .toArray();
                assertThat(columns).as("block size %d", block).isEqualTo(numbers.values());
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CheckpointMatrices.blockMatrix(spark, file.toString(), "layer.wieght", 4))
                    .withMessageContaining("no tensor layer.wieght; did you mean layer.weight?");
        });
    }

    @Test
    void refusesATypeThatIsNotDecoded() throws Exception {
        WrittenCheckpoint made = new WrittenCheckpoint().with("ids", DType.I32, Shape.of(1, 1), new byte[4]);
        Path file = Files.write(folder.resolve("ids.safetensors"), made.bytes());
        with("Java", context -> {
            SparkSession spark = SparkSession.builder().getOrCreate();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CheckpointMatrices.blockMatrix(spark, file.toString(), "ids", 4))
                    .withMessageContaining("ids: I32 is not decoded");
        });
    }
}
