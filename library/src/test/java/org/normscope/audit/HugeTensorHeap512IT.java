package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.format.safetensors.SafetensorsWriter.Part;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

/** Tensors of more than 2^31 bytes and elements, and more checkpoint than heap: sparse files, in a heap of 512 MB. */
class HugeTensorHeap512IT {
    private static final long MEGABYTE = 1L << 20;

    @TempDir
    Path home;

    private Path written(List<SparseTensor> tensors) throws IOException {
        Path file = home.resolve("model.safetensors");
        List<Part> parts = new ArrayList<>();
        for (SparseTensor one : tensors) {
            parts.add(new Part(one.name(), one.dtype(), Shape.of(one.rows(), one.cols()), out -> {}));
        }
        Files.write(file, header(parts));
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            long offset = out.length();
            for (SparseTensor one : tensors) {
                one.write(out, offset);
                offset += one.bytes();
            }
            out.setLength(offset);
        }
        return file;
    }

    /** What the writer writes before the first tensor's content is missing. */
    private static byte[] header(List<Part> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            SafetensorsWriter.write(parts, out);
        } catch (IOException expected) {
            return out.toByteArray();
        }
        throw new AssertionError("empty contents were taken for whole ones");
    }

    private static AuditReport audit(Path file, AuditSettings settings, AtomicLong mostAnonymous) throws Exception {
        Kernels kernels = Kernels.best();
        LocalStorage storage = new LocalStorage();
        AuditPlan plan =
                Audit.plan(Checkpoints.open(storage, file.toString()), settings, AuditPlan.Request.REPORT_ONLY);
        Thread sampler = new Thread(() -> sample(mostAnonymous), "memory");
        sampler.setDaemon(true);
        sampler.start();
        try {
            Audit audit = new Audit(new LocalEngine(storage, kernels), kernels, Audit.Progress.SILENT);
            return audit.run(plan, 0, (weight, vectors) -> {});
        } finally {
            sampler.interrupt();
        }
    }

    /** Anonymous resident memory of this process, as large as it ever gets until the thread is interrupted. */
    private static void sample(AtomicLong most) {
        try {
            while (true) {
                for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                    if (line.startsWith("RssAnon:")) {
                        long kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
                        most.accumulateAndGet(kilobytes << 10, Math::max);
                    }
                }
                Thread.sleep(20);
            }
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aTallTensorOfMoreThanTwoBillionElementsIsRightByBlockLanczos() throws Exception {
        List<SparseTensor> tensors = List.of(new SparseTensor("tall", DType.F8_E4M3, (1L << 31) / 65 + 1000, 65, 2));
        AuditReport report = audit(written(tensors), LocalAudit.by(MethodChoice.KRYLOV, 1e-3), new AtomicLong());
        SparseTensor.judge(report, tensors, 1e-9);
        assertThat(report.bytes()).isGreaterThan(1L << 31);
        assertThat(LocalAudit.isGram(LocalAudit.only(report))).isFalse();
    }

    @Test
    void aWideTensorOfMoreThanTwoBillionElementsIsRightByItsGramMatrix() throws Exception {
        List<SparseTensor> tensors =
                List.of(new SparseTensor("wide", DType.F8_E5M2, 65, (1 << 25) - 500_000, SparseTensor.ROWS_SET));
        AuditReport report = audit(written(tensors), LocalAudit.SEEDED, new AtomicLong());
        SparseTensor.judge(report, tensors, 1e-9);
        assertThat(report.bytes()).isGreaterThan(1L << 31);
        assertThat(LocalAudit.isGram(LocalAudit.only(report))).isTrue();
    }

    @Test
    void sixteenTimesTheHeapIsAuditedInConstantMemory() throws Exception {
        long heap = Runtime.getRuntime().maxMemory();
        DType[] types = {DType.F64, DType.F32, DType.BF16};
        int[] widths = {24, 40, 33, 64, 80};
        List<SparseTensor> tensors = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; bytes < 16 * heap; i++) {
            DType dtype = types[i % types.length];
            int cols = widths[i % widths.length];
            long rows = (i % 7 == 0 ? 400 : 30) * MEGABYTE / cols / dtype.bytes();
            tensors.add(new SparseTensor("layer." + i + ".weight", dtype, rows, cols, SparseTensor.ROWS_SET));
            bytes += rows * cols * dtype.bytes();
        }
        AtomicLong mostAnonymous = new AtomicLong();
        AuditReport report = audit(written(tensors), LocalAudit.SEEDED, mostAnonymous);
        SparseTensor.judge(report, tensors, 1e-6);
        assertThat(report.bytes()).isGreaterThan(16 * heap);
        long read = report.run().bytesRead();
        assertThat(read).isGreaterThanOrEqualTo(report.bytes());
        assertThat(mostAnonymous.get())
                .as("anonymous resident bytes with a heap of %d", heap)
                .isPositive()
                .isLessThan(heap + 400 * MEGABYTE);
        System.err.printf(
                "%d tensors, %d MB, read %d MB in %.0f s, anonymous at most %d MB with a heap of %d MB%n",
                tensors.size(),
                report.bytes() >> 20,
                read >> 20,
                report.run().seconds(),
                mostAnonymous.get() >> 20,
                heap >> 20);
    }
}
