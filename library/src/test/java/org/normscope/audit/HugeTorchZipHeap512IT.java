package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.result.AuditReport;
import org.normscope.kernel.Kernels;
import org.normscope.storage.CountingStorage;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.testing.files.SparseZip;
import org.normscope.testing.files.TorchBytes;

/** A PyTorch zip archive of more than 4 GB, which needs ZIP64, in a heap of 512 MB. */
class HugeTorchZipHeap512IT {
    private static final long MOST_READ_BY_INSPECT = 1_000_000;
    private static final int ROWS = (int) ((1L << 32) / 33 / Double.BYTES + 1_000);

    /** The first alone has more than 2^32 bytes, the second lies behind them. */
    private static final List<SparseTensor> TENSORS = List.of(
            new SparseTensor("encoder.weight", DType.F64, ROWS, 33, SparseTensor.ROWS_SET),
            new SparseTensor("head.weight", DType.F64, 100_000, 24, SparseTensor.ROWS_SET));

    @TempDir
    Path home;

    private Path written() throws IOException {
        Path file = home.resolve("model.pt");
        try (SparseZip zip = new SparseZip(file)) {
            zip.with(
                    "model/data.pkl",
                    TorchBytes.pickle(TENSORS.stream()
                            .map(one ->
                                    new TorchBytes.Entry(one.name(), "Double", List.of(one.rows(), (long) one.cols())))
                            .toList()));
            for (int i = 0; i < TENSORS.size(); i++) {
                zip.with(
                        "model/data/" + i,
                        TENSORS.get(i).bytes(),
                        TENSORS.get(i).contents());
            }
            zip.with("model/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        }
        return file;
    }

    private static AuditPlan plan(CountingStorage storage, Path file) throws BadCheckpointException, IOException {
        return Audit.plan(Checkpoints.open(storage, file.toString()), LocalAudit.SEEDED, AuditPlan.Request.REPORT_ONLY);
    }

    /** Another reader of zip archives finds the same members. */
    private static void requireZip64(Path file) throws IOException {
        assertThat(Files.size(file)).isGreaterThan(1L << 32);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (int i = 0; i < TENSORS.size(); i++) {
                ZipEntry entry = zip.getEntry("model/data/" + i);
                assertThat(entry.getSize()).isEqualTo(TENSORS.get(i).bytes());
            }
        }
    }

    @Test
    void isOpenedByLessThanAMegabyteAndAuditedInASmallHeap() throws Exception {
        Path file = written();
        requireZip64(file);
        CountingStorage storage = new CountingStorage(new LocalStorage());
        AuditPlan plan = plan(storage, file);
        long readByInspect = storage.bytesRead();
        assertThat(readByInspect).isLessThan(MOST_READ_BY_INSPECT);

        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, vectors) -> {});
        SparseTensor.judge(report, TENSORS, 1e-9);
        assertThat(report.run().bytesRead()).isBetween(report.bytes(), report.bytes() + (report.bytes() >> 4));
        System.err.printf(
                "a torch zip of %d MB: opened by %d bytes, audited in %.0f s by %d MB with a heap of %d MB%n",
                Files.size(file) >> 20,
                readByInspect,
                report.run().seconds(),
                report.run().bytesRead() >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
    }
}
