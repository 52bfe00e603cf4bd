package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Forecasts;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.job.engine.Hadoop;
import org.normscope.job.storage.S3Server;
import org.normscope.kernel.Kernels;
import org.normscope.storage.Storage;
import org.normscope.storage.hadoop.HadoopStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** How often stripes are fetched, as the S3 server counts the bytes that it delivers. */
class StripedReadsIT {
    private static final String KEY = "striped/model.safetensors";
    /** A third of a megabyte for all that Spark keeps: less than a stripe. */
    private static final String NO_MEMORY = "0.0001";

    private static final Precision FIVE_PASSES =
            new Precision(1e-8, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.KRYLOV, 5);
    private static final AuditSettings SETTINGS = new AuditSettings(FIVE_PASSES, Selection.ALL, 1 << 20, 1, 3L);

    @TempDir
    private Path folder;

    private S3Server server;
    private Storage storage;
    private AuditPlan plan;

    @BeforeEach
    void putTallAndWideMatrices() throws Exception {
        SplittableRandom random = new SplittableRandom(8);
        byte[] tall = WrittenCheckpoint.random(DType.F32, 6000 * 200, random);
        byte[] wide = WrittenCheckpoint.random(DType.BF16, 50 * 30_000, random);
        server = S3Server.start();
        server.objects()
                .put(
                        KEY,
                        new WrittenCheckpoint()
                                .with("tall", DType.F32, Shape.of(6000, 200), tall)
                                .with("wide", DType.BF16, Shape.of(50, 30_000), wide)
                                .bytes());
        server.refuseOneGetIn(3);
        Configuration configuration = Hadoop.configuration();
        server.settings().forEach(configuration::set);
        storage = new HadoopStorage(configuration);
        plan = AuditPlan.of(
                Checkpoints.open(storage, "s3a://" + S3Server.BUCKET + "/" + KEY),
                SETTINGS,
                AuditPlan.Request.REPORT_ONLY);
        // To open a file is to look at its first 4 KB, behind the header too.
        server.deliveries().clear();
        assertThat(Forecasts.of(plan).each()).allMatch(forecast -> forecast.stripes() > 2);
    }

    @AfterEach
    void stopServer() throws IOException {
        FileSystem.closeAll();
        server.close();
    }

    @ParameterizedTest(name = "share of memory: {0}")
    @ValueSource(strings = {"0.6", NO_MEMORY})
    void memoryAndDiskFetchEachByteOfEveryTensorOnce(String memory) throws Exception {
        AuditReport report = audit(StorageLevel.MEMORY_AND_DISK(), memory);

        assertThat(deliveriesOfEachByte()).containsOnly(1);
        assertThat(report.run().bytesRead()).isEqualTo(Forecasts.of(plan).bytesRead());
        assertThat(server.refusals()).isPositive();
    }

    @Test
    void withoutRoomEachByteIsFetchedInEveryPassAsThePlanSays() throws Exception {
        AuditReport report = audit(StorageLevel.MEMORY_ONLY(), NO_MEMORY);

        int passes = Forecasts.of(plan).steps();
        assertThat(passes).isEqualTo(5);
        assertThat(deliveriesOfEachByte()).containsOnly(passes);
        assertThat(report.run().bytesRead()).isEqualTo(Forecasts.of(plan).bytesReadWithoutCache());
    }

    private AuditReport audit(StorageLevel kept, String memory) throws Exception {
        SparkConf conf = Configurations.of("local[2]")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set(
                        "spark.local.dir",
                        Files.createDirectories(folder.resolve("spark")).toString())
                .set("spark.memory.fraction", memory);
        SparkContext context = new SparkContext(conf);
        try {
            SparkEngine engine = new SparkEngine(new Cluster(context, storage, Kernels.best(), kept));
            return new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {});
        } finally {
            context.stop();
        }
    }

    /** How often the bytes of tensors were delivered: the different numbers. */
    private Set<Integer> deliveriesOfEachByte() {
        return plan.checkpoint().tensors().stream()
                .flatMapToInt(
                        tensor -> Arrays.stream(server.deliveries().counts(KEY, tensor.offset(), (int) tensor.bytes())))
                .boxed()
                .collect(Collectors.toSet());
    }
}
