package org.normscope.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Forecast;
import org.normscope.audit.plan.Forecasts;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** The model behind {@code normscope plan}, checked against what Spark and the storage count. */
class ForecastTest {
    private static final Precision KRYLOV =
            new Precision(1e-3, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.KRYLOV, null);
    private static final AuditSettings SETTINGS = new AuditSettings(KRYLOV, Selection.ALL, 1 << 20, 1, 3L);

    @TempDir
    Path folder;

    @Test
    void whatIsReadAndReturnedIsWhatWasForecast() throws Exception {
        AuditPlan plan = AuditPlan.of(
                Checkpoints.open(new LocalStorage(), checkpoint().toString()), SETTINGS, AuditPlan.Request.REPORT_ONLY);
        Forecast forecast = Forecasts.of(plan).each().get(0);
        assertThat(forecast.stripes()).isEqualTo(12);
        System.setProperty("spark.ui.enabled", "false");
        SparkContext context = new SparkContext(Configurations.of("local[2]"));
        try {
            ResultSizes sizes = new ResultSizes();
            context.addSparkListener(sizes);
            SparkEngine engine = new SparkEngine(context, new LocalStorage(), Kernels.best());
            AuditReport report =
                    new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {});
            context.listenerBus().waitUntilEmpty();
            assertThat(report.run().bytesRead()).isEqualTo(forecast.bytesRead());
            assertThat(sizes.of(1)).isCloseTo(forecast.bytesReturned(), within(0.02 * forecast.bytesReturned()));
        } finally {
            context.stop();
        }
    }

    @Test
    void whatIsReadOnceIsNotKept() throws Exception {
        Precision gram = new Precision(1e-3, 1e-12, Precision.Certify.RIGOROUS, Precision.MethodChoice.GRAM, null);
        AuditPlan plan = AuditPlan.of(
                Checkpoints.open(new LocalStorage(), checkpoint().toString()),
                SETTINGS.with(gram),
                AuditPlan.Request.REPORT_ONLY);
        Forecasts forecasts = Forecasts.of(plan);
        assertThat(forecasts.each().get(0).stripes()).isEqualTo(12);
        assertThat(forecasts.bytesCached()).isZero();
        assertThat(forecasts.bytesReadWithoutCache()).isEqualTo(forecasts.bytesRead());
        SparkContext context = new SparkContext(Configurations.of("local[2]"));
        try {
            Stored stored = new Stored();
            context.addSparkListener(stored);
            SparkEngine engine = new SparkEngine(context, new LocalStorage(), Kernels.best());
            AuditReport report =
                    new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {});
            context.listenerBus().waitUntilEmpty();
            assertThat(report.run().bytesRead()).isEqualTo(forecasts.bytesRead());
            assertThat(stored.blocks).hasValue(0);
        } finally {
            context.stop();
        }
    }

    @Test
    void whatIsShuffledIsWhatWasForecast() throws Exception {
        Path file = folder.resolve("model.safetensors");
        byte[] entries = WrittenCheckpoint.random(DType.F32, 4400 * 4200, new SplittableRandom(6));
        Files.write(
                file,
                new WrittenCheckpoint()
                        .with("w", DType.F32, Shape.of(4400, 4200), entries)
                        .bytes());
        Precision threePasses =
                new Precision(1e-3, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.KRYLOV, 3);
        AuditSettings settings = new AuditSettings(threePasses, Selection.ALL, 1 << 14, 1, 3L);
        AuditPlan plan = AuditPlan.of(
                Checkpoints.open(new LocalStorage(), file.toString()), settings, AuditPlan.Request.REPORT_ONLY);
        Forecast forecast = Forecasts.of(plan).each().get(0);
        SparkContext context = new SparkContext(Configurations.of("local[2]"));
        try {
            Shuffles shuffles = new Shuffles();
            context.addSparkListener(shuffles);
            SparkEngine engine = new SparkEngine(context, new LocalStorage(), Kernels.best());
            new Audit(engine, Kernels.best(), Audit.Progress.SILENT).run(plan, 0, (weight, vectors) -> {});
            context.listenerBus().waitUntilEmpty();
            double second = shuffles.ofSecondStep();
            assertThat(second).isCloseTo(forecast.bytesShuffled(), within(0.02 * forecast.bytesShuffled()));
        } finally {
            context.stop();
        }
    }

    private Path checkpoint() throws IOException {
        SplittableRandom random = new SplittableRandom(4);
        ByteBuffer bytes = ByteBuffer.allocate(3000 * 1000 * 4).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            bytes.putFloat((float) (random.nextDouble() - 0.5));
        }
        Path file = folder.resolve("model.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(
                    List.of(new SafetensorsWriter.Part(
                            "w", DType.F32, Shape.of(3000, 1000), stream -> stream.write(bytes.array()))),
                    out);
        }
        return file;
    }

    /** Bytes of task results, by stage: one stage is one step. */
    private static final class ResultSizes extends SparkListener {
        final Map<Integer, AtomicLong> byStage = new ConcurrentSkipListMap<>();

        double of(int stage) {
            return byStage.getOrDefault(stage, new AtomicLong()).doubleValue();
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            byStage.computeIfAbsent(end.stageId(), stage -> new AtomicLong())
                    .addAndGet(end.taskMetrics().resultSize());
        }
    }

    /** Bytes that tasks wrote for each other, by stage: a step has three that write. */
    private static final class Shuffles extends SparkListener {
        final Map<Integer, AtomicLong> byStage = new ConcurrentSkipListMap<>();

        /** The first step sends statistics, too. */
        double ofSecondStep() {
            return byStage.values().stream()
                    .skip(3)
                    .limit(3)
                    .mapToLong(AtomicLong::get)
                    .sum();
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            long written = end.taskMetrics().shuffleWriteMetrics().bytesWritten();
            if (written > 0) {
                byStage.computeIfAbsent(end.stageId(), stage -> new AtomicLong())
                        .addAndGet(written);
            }
        }
    }

    /** Blocks of RDDs that were stored. */
    private static final class Stored extends SparkListener {
        final AtomicLong blocks = new AtomicLong();

        @Override
        public void onBlockUpdated(SparkListenerBlockUpdated update) {
            if (update.blockUpdatedInfo().blockId().isRDD()) {
                blocks.incrementAndGet();
            }
        }
    }
}
