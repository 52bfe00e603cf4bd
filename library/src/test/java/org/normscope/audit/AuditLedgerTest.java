package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Precision.Certify;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.plan.Selection;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.SingularVectors;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.kernel.Kernels;
import org.normscope.storage.ForwardingStorage;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Every tensor ends in the ledger, whatever happens to it. */
class AuditLedgerTest {
    private static WrittenCheckpoint model() {
        return new WrittenCheckpoint()
                .with("a.weight", DType.F64, Shape.of(2, 2), 3, 0, 0, 4)
                .with("a.bias", DType.F32, Shape.of(2), 1, Float.NaN)
                .with("bad.weight", DType.F64, Shape.of(2, 3), 1, 2, Double.NaN, Double.NEGATIVE_INFINITY, 0, 0)
                .with("ids", DType.I64, Shape.of(2, 2), new byte[32])
                .with("scale", DType.F8_E8M0, Shape.of(2, 2), new byte[4])
                .with("scalar", DType.F32, Shape.of(), 7)
                .with("optimizer.exp_avg.a.weight", DType.F64, Shape.of(2, 2), 1, 0, 0, 1)
                .with("z.weight", DType.F64, Shape.of(3, 1), 1, 2, 2);
    }

    @Test
    void everyTensorHasARowInTheOrderOfTheFile() throws Exception {
        AuditReport report = LocalAudit.of(model()).run(LocalAudit.SEEDED);
        assertThat(report.tensors())
                .extracting(row -> row.tensor().name() + " " + row.status().word())
                .containsExactly(
                        "a.weight analyzed",
                        "a.bias skipped",
                        "bad.weight skipped",
                        "ids skipped",
                        "scale skipped",
                        "scalar analyzed",
                        "optimizer.exp_avg.a.weight analyzed",
                        "z.weight analyzed");
        assertThat(report.tensors()).allMatch(row -> (row.status() == Status.ANALYZED) == (row.reason() == null));
        assertThat(report.weights())
                .extracting(row -> row.weight().name() + " " + row.status().word())
                .containsExactly("a.weight analyzed", "bad.weight skipped", "scale skipped", "z.weight analyzed");
        assertThat(report.count(Status.SKIPPED)).isEqualTo(4);
        assertThat(report.bytes()).isEqualTo(32 + 8 + 48 + 32 + 4 + 4 + 32 + 24);
    }

    @Test
    void aSkippedTensorSaysWhy() throws Exception {
        AuditReport report = LocalAudit.of(model()).run(LocalAudit.SEEDED);
        assertThat(report.tensors().get(1).reason()).isEqualTo("1 NaN and 0 infinite entries");
        assertThat(report.tensors().get(2).reason()).isEqualTo("1 NaN and 1 infinite entries");
        assertThat(report.tensors().get(3).reason()).contains("I64");
        assertThat(report.tensors().get(4).reason()).contains("F8_E8M0 is not decoded");
        assertThat(LocalAudit.weight(report, "scale").reason()).contains("F8_E8M0 is not decoded");
    }

    @Test
    void whatIsNotSelectedIsSkippedAndNotRead() throws Exception {
        Selection selection = new Selection(List.of("*.weight"), List.of("bad*"));
        AuditSettings settings = new AuditSettings(Precision.DEFAULT, selection, 1 << 20, 1, 1L);
        AuditReport report = LocalAudit.of(model()).run(settings);
        assertThat(report.count(Status.ANALYZED)).isEqualTo(3);
        assertThat(report.run().bytesRead()).isEqualTo(32 + 32 + 24);
        assertThat(report.tensors().get(2).reason()).contains("--exclude");
    }

    @Test
    void everyByteIsFetchedOnceWhereMemoryHoldsIt() throws Exception {
        SplittableRandom random = new SplittableRandom(4);
        WrittenCheckpoint checkpoint = new WrittenCheckpoint()
                .with("tall", DType.F32, Shape.of(500, 60), WrittenCheckpoint.random(DType.F32, 30_000, random))
                .with("wide", DType.BF16, Shape.of(60, 500), WrittenCheckpoint.random(DType.BF16, 30_000, random));
        AuditSettings settings = LocalAudit.by(MethodChoice.KRYLOV, 1e-6);
        AuditSettings slabs = new AuditSettings(settings.precision(), Selection.ALL, 4096, 1, 1L);
        assertThat(LocalAudit.of(checkpoint).run(slabs).run().bytesRead()).isEqualTo(180_000);
        AuditReport streamed = LocalAudit.of(checkpoint).withHeap(1024).run(slabs);
        long passes = LocalAudit.norm(streamed.weights().get(0)).passes() * 120_000L
                + LocalAudit.norm(streamed.weights().get(1)).passes() * 60_000L;
        assertThat(streamed.run().bytesRead()).isEqualTo(passes);
    }

    /** Fails to read what begins behind a position. */
    private record FailingStorage(Storage storage, long limit) implements ForwardingStorage {

        @Override
        public RangeReader open(String location) throws IOException {
            RangeReader whole = storage.open(location);
            return new RangeReader() {
                @Override
                public long length() {
                    return whole.length();
                }

                @Override
                public void readFully(long position, byte[] destination, int offset, int count) throws IOException {
                    if (position >= limit) {
                        throw new IOException("the disk is gone");
                    }
                    whole.readFully(position, destination, offset, count);
                }

                @Override
                public void close() throws IOException {
                    whole.close();
                }
            };
        }
    }

    @Test
    void aTensorThatCannotBeReadFailsAloneWithWhatHappened() throws Exception {
        WrittenCheckpoint model = model();
        long lastTensor = model.bytes().length - 24;
        Storage failing = new FailingStorage(model.storage(), lastTensor);
        LocalAudit audit = new LocalAudit(failing, WrittenCheckpoint.LOCATION, Kernels.best(), 2, 16 << 20);
        AuditReport report = audit.run(LocalAudit.SEEDED);
        WeightRow row = LocalAudit.weight(report, "z.weight");
        assertThat(row.status()).isEqualTo(Status.FAILED);
        assertThat(row.reason()).isEqualTo("reading model.safetensors failed: the disk is gone");
        assertThat(report.count(Status.FAILED)).isEqualTo(1);
        assertThat(report.count(Status.ANALYZED)).isEqualTo(3);
    }

    @Test
    void progressIsToldOfEveryTaskOnceLargestFirst() throws Exception {
        LocalAudit audit = LocalAudit.of(model());
        AuditPlan plan = audit.plan(LocalAudit.SEEDED);
        assertThat(plan.tasks())
                .isSortedAccordingTo(
                        (a, b) -> Long.compare(b.tensor().bytes(), a.tensor().bytes()));
        List<Integer> told = new ArrayList<>();
        LocalEngine engine = new LocalEngine(audit.storage(), Kernels.best(), 2, 16 << 20);
        new Audit(engine, Kernels.best(), (same, task, outcome) -> told.add(task.index()))
                .run(plan, 0, (weight, vectors) -> {});
        assertThat(told).containsExactlyInAnyOrder(0, 1, 2, 5, 6, 7);
        assertThat(plan.skipped().tensors().keySet()).containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void aGramMatrixThatDoesNotFitIsRefusedWithWhatItNeeds() throws Exception {
        byte[] bytes = WrittenCheckpoint.random(DType.BF16, 700 * 700, new SplittableRandom(2));
        LocalAudit audit = LocalAudit.of(new WrittenCheckpoint().with("big", DType.BF16, Shape.of(700, 700), bytes));
        Precision rigorous = new Precision(1e-3, 1e-12, Certify.RIGOROUS, MethodChoice.AUTO, null);
        assertThatExceptionOfType(InsufficientMemoryException.class)
                .isThrownBy(() -> audit.withHeap(10 << 20).run(LocalAudit.SEEDED.with(rigorous)))
                .withMessageContaining("big")
                .withMessageContaining("700")
                .withMessageContaining("MB")
                .withMessageContaining("--certify probabilistic");
        assertThat(LocalAudit.only(audit.withHeap(10 << 20).run(LocalAudit.by(MethodChoice.KRYLOV, 1e-3)))
                        .status())
                .isEqualTo(Status.ANALYZED);
        assertThat(LocalAudit.norm(LocalAudit.only(audit.run(LocalAudit.SEEDED.with(rigorous))))
                        .sigma()
                        .certificate()
                        .word())
                .isEqualTo("rigorous");
    }

    @Test
    void aLimitOnPassesIsKeptAndTold() throws Exception {
        byte[] bytes = WrittenCheckpoint.random(DType.F32, 200 * 100, new SplittableRandom(3));
        LocalAudit audit = LocalAudit.of(new WrittenCheckpoint().with("w", DType.F32, Shape.of(200, 100), bytes));
        Precision four = new Precision(1e-6, 1e-12, Certify.PROBABILISTIC, MethodChoice.KRYLOV, 4);
        WeightRow row = LocalAudit.only(audit.run(LocalAudit.SEEDED.with(four)));
        assertThat(LocalAudit.norm(row).passes()).isEqualTo(4);
        assertThat(row.reason()).contains("4 passes");
        WeightRow power = LocalAudit.only(audit.run(LocalAudit.by(MethodChoice.POWER, 1e-3)));
        assertThat(power.reason()).contains("below only");
        assertThat(LocalAudit.norm(power).sigma().upper()).isEmpty();
    }

    @Test
    void singularVectorsAreUnitVectorsThatTheMatrixMapsOntoEachOther() throws Exception {
        int[][] shapes = {{90, 40}, {40, 90}, {1, 6}, {6, 1}, {5, 4}};
        for (int[] shape : shapes) {
            byte[] bytes = WrittenCheckpoint.random(DType.F64, shape[0] * shape[1], new SplittableRandom(5));
            double[] w = WrittenCheckpoint.decoded(DType.F64, bytes);
            LocalAudit audit =
                    LocalAudit.of(new WrittenCheckpoint().with("w", DType.F64, Shape.of(shape[0], shape[1]), bytes));
            AuditSettings settings =
                    new AuditSettings(LocalAudit.by(MethodChoice.AUTO, 1e-6).precision(), Selection.ALL, 4096, 2, 1L);
            List<Double> sigmas =
                    LocalAudit.norm(LocalAudit.only(audit.run(settings))).singularValues();
            Map<String, SingularVectors> found = audit.vectors(settings);
            SingularVectors vectors = found.get("w");
            assertThat(vectors).isNotNull();
            if (vectors != null) {
                assertThat(vectors.count()).isEqualTo(Math.min(2, Math.min(shape[0], shape[1])));
                for (int k = 0; k < vectors.count(); k++) {
                    maps(w, shape, vectors, k, sigmas.get(k));
                }
            }
        }
    }

    private static void maps(double[] w, int[] shape, SingularVectors vectors, int k, double sigma) {
        double length = 0;
        for (int r = 0; r < shape[0]; r++) {
            double sum = 0;
            for (int c = 0; c < shape[1]; c++) {
                sum += w[r * shape[1] + c] * vectors.v()[k * shape[1] + c];
            }
            double u = vectors.u()[k * shape[0] + r];
            length += u * u;
            assertThat(sum).isCloseTo(sigma * u, within(1e-9 * sigma));
        }
        assertThat(length).isCloseTo(1, within(1e-12));
    }
}
