package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Selection;
import org.normscope.format.huggingface.SideFiles;
import org.normscope.job.engine.EngineFactory;
import org.normscope.job.engine.EngineSession;
import org.normscope.kernel.Kernels;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.CheckpointWriter;
import org.normscope.rewrite.Decomposition;
import org.normscope.rewrite.Rewrite;
import org.normscope.rewrite.ShardPlan;
import org.normscope.rewrite.verify.VerifiedRewrite;
import org.normscope.storage.Existing;
import org.normscope.storage.LocalFolder;
import org.normscope.storage.LocalStorage;
import org.normscope.storage.OutputFolder;
import org.normscope.storage.Storage;
import org.normscope.tensor.Checkpoint;
import org.normscope.testing.SampleCheckpoint;

/** New checkpoints written on Spark are the same bytes whatever goes wrong meanwhile, or not there. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RewriteFaultsIT {
    private static final LocalStorage DISK = new LocalStorage();

    @TempDir
    private Path folder;

    private Path old = Path.of("");
    private byte[] bytes = {};
    private final Properties before = (Properties) System.getProperties().clone();

    @BeforeEach
    void configure() throws IOException {
        old = SampleCheckpoint.write(Files.createDirectory(folder.resolve("old")));
        bytes = Files.readAllBytes(file());
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
    }

    @AfterEach
    void theOldCheckpointIsAsItWas() {
        System.setProperties(before);
        assertThat(file()).hasBinaryContent(bytes);
    }

    private Path file() {
        return old.resolve("model-00001-of-00002.safetensors");
    }

    private void decompose(EngineFactory engines, Storage storage, OutputFolder out, Path place) throws Exception {
        Checkpoint checkpoint = Checkpoints.open(DISK, old.toString());
        Selection finite = new Selection(List.of(), List.of("poisoned.*"));
        Rewrite rewrite = Decomposition.of(checkpoint, WeightNormalization.of(KeyLayout.PARAMETRIZED), finite);
        ShardPlan plan = ShardPlan.of(checkpoint, rewrite, 20_000, SideFiles.NONE);
        try (CheckpointWriter writer = CheckpointWriter.prepare(plan, out, Existing.REFUSED);
                EngineSession session = engines.open(storage, Kernels.best())) {
            new VerifiedRewrite(
                            session, Kernels.best(), AuditSettings.DEFAULT.withSeed(6), VerifiedRewrite.Progress.SILENT)
                    .run(
                            new VerifiedRewrite.Old(storage, checkpoint, null),
                            rewrite,
                            writer,
                            new VerifiedRewrite.Place(DISK, place.toString()));
        }
    }

    private Path decomposed(EngineFactory engines, Storage storage, String name) throws Exception {
        Path place = folder.resolve(name);
        decompose(engines, storage, new LocalFolder(place), place);
        return place;
    }

    private static List<String> names(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private void assertSame(Path spark) throws Exception {
        Path local = decomposed(EngineFactory.LOCAL, DISK, "local");
        assertThat(names(local)).hasSizeGreaterThan(3);
        assertThat(names(spark)).isEqualTo(names(local));
        for (String name : names(local)) {
            assertThat(spark.resolve(name)).hasSameBinaryContentAs(local.resolve(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Java", "Kryo"})
    void firstAttemptsOfAllTasksFailingChangeNoByte(String serializer) throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        System.setProperty("spark.plugins", FailingFirstAttempts.class.getName());
        FailingFirstAttempts.FAILURES.set(0);
        Path spark = decomposed(new SparkEngineFactory("local[2]"), DISK, "spark");
        assertThat(FailingFirstAttempts.FAILURES).hasValueGreaterThan(6);
        assertSame(spark);
    }

    /** Spark writes the shard again, elsewhere; what the dead executor wrote of it is gone. */
    @Test
    void anExecutorThatDiesInTheMiddleOfAShardChangesNoByte() throws Exception {
        Path note = folder.resolve("died");
        Path spark = decomposed(
                new SparkEngineFactory("local-cluster[2,1,1024]"),
                new DyingFirstWriter(DISK, note.toString()),
                "spark");
        assertThat(note).exists();
        assertSame(spark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Java", "Kryo"})
    void aFullDiskLeavesNothing(String serializer) throws Exception {
        System.setProperty("spark.serializer", "org.apache.spark.serializer." + serializer + "Serializer");
        Path place = folder.resolve("spark");
        FullFolder full = new FullFolder(new LocalFolder(place), 15_000);
        assertThatThrownBy(() -> decompose(new SparkEngineFactory("local[2]"), DISK, full, place))
                .isInstanceOf(IOException.class)
                .message()
                .contains("model-0000", "writing it failed: No space left on device")
                .doesNotContain("\n");
        assertThat(names(place)).isEmpty();
    }
}
