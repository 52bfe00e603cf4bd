package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.format.safetensors.SafetensorsWriter;
import org.normscope.format.safetensors.SafetensorsWriter.Part;
import org.normscope.kernel.Kernels;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.WrittenCheckpoint;

/** Tensors of more than 2^31 bytes and elements, and more checkpoint than heap: sparse files, in a heap of 512 MB. */
class HugeTensorHeap512IT {
    private static final int ROWS_SET = 64;
    private static final int WIDEST = 1 << 18;
    private static final long MEGABYTE = 1L << 20;

    @TempDir
    Path home;

    /**
     * A tensor of zeros but for 64 rows, and its spectral norm.
     *
     * @param rank number of rows that differ: block Lanczos takes few passes if it is small
     */
    private record Sparse(String name, DType dtype, long rows, int cols, int rank) {
        /** Row {@code i} of those that are set: the first, the last, and others between. */
        long row(int i) {
            return (rows - 1) / (ROWS_SET - 1) * i + (i == ROWS_SET - 1 ? (rows - 1) % (ROWS_SET - 1) : 0);
        }

        /** The columns that are set: the last ones. */
        int width() {
            return Math.min(cols, WIDEST);
        }

        byte[] content(int i) {
            return WrittenCheckpoint.random(dtype, width(), new SplittableRandom(name.hashCode() * 100L + i % rank));
        }

        /** From the Gram matrix of the rows that are set, two of them decoded at a time. */
        double sigma() {
            Matrix gram = Matrix.zeros(ROWS_SET, ROWS_SET);
            List<byte[]> stored =
                    IntStream.range(0, ROWS_SET).mapToObj(this::content).toList();
            for (int i = 0; i < ROWS_SET; i++) {
                double[] one = WrittenCheckpoint.decoded(dtype, stored.get(i));
                for (int j = 0; j <= i; j++) {
                    gram.set(i, j, dot(one, WrittenCheckpoint.decoded(dtype, stored.get(j))));
                }
            }
            return Math.sqrt(Decompositions.eigenSymmetric(gram).values()[ROWS_SET - 1]);
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }
    }

    private Path written(List<Sparse> tensors) throws IOException {
        Path file = home.resolve("model.safetensors");
        List<Part> parts = new ArrayList<>();
        for (Sparse one : tensors) {
            parts.add(new Part(one.name(), one.dtype(), Shape.of(one.rows(), one.cols()), out -> {}));
        }
        Files.write(file, header(parts));
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            long offset = out.length();
            for (Sparse one : tensors) {
                for (int i = 0; i < ROWS_SET; i++) {
                    out.seek(offset
                            + ((one.row(i) + 1) * one.cols() - one.width())
                                    * one.dtype().bytes());
                    out.write(one.content(i));
                }
                offset += StoredTensor.bytes(one.dtype(), Shape.of(one.rows(), one.cols()));
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

    private static void judge(AuditReport report, List<Sparse> tensors, double error) {
        Map<String, Sparse> byName = new HashMap<>();
        tensors.forEach(one -> byName.put(one.name(), one));
        assertThat(report.weights()).hasSameSizeAs(tensors);
        for (WeightRow row : report.weights()) {
            Sparse one = byName.get(row.weight().name());
            assertThat(one).isNotNull();
            if (one != null) {
                assertThat(row.status()).as("%s: %s", one, row.reason()).isEqualTo(Status.ANALYZED);
                double truth = one.sigma();
                Interval sigma = LocalAudit.norm(row).sigma();
                assertThat(sigma.lower().value()).as("%s", one).isLessThanOrEqualTo(truth * (1 + 1e-13));
                assertThat(sigma.upper().orElseThrow().value())
                        .as("%s", one)
                        .isGreaterThanOrEqualTo(truth * (1 - 1e-13));
                assertThat(sigma.relativeWidth())
                        .as("%s", one)
                        .isLessThanOrEqualTo(report.settings().precision().tolerance());
                assertThat(sigma.estimate()).as("%s", one).isCloseTo(truth, within(error * truth));
                assertThat(row.statistics())
                        .isNotNull()
                        .satisfies(s -> assertThat(s.zeroRows()).isEqualTo(one.rows() - ROWS_SET));
            }
        }
    }

    @Test
    void aTallTensorOfMoreThanTwoBillionElementsIsRightByBlockLanczos() throws Exception {
        List<Sparse> tensors = List.of(new Sparse("tall", DType.F8_E4M3, (1L << 31) / 65 + 1000, 65, 2));
        AuditReport report = audit(written(tensors), LocalAudit.by(MethodChoice.KRYLOV, 1e-3), new AtomicLong());
        judge(report, tensors, 1e-9);
        assertThat(report.bytes()).isGreaterThan(1L << 31);
        assertThat(LocalAudit.isGram(LocalAudit.only(report))).isFalse();
    }

    @Test
    void aWideTensorOfMoreThanTwoBillionElementsIsRightByItsGramMatrix() throws Exception {
        List<Sparse> tensors = List.of(new Sparse("wide", DType.F8_E5M2, 65, (1 << 25) - 500_000, ROWS_SET));
        AuditReport report = audit(written(tensors), LocalAudit.SEEDED, new AtomicLong());
        judge(report, tensors, 1e-9);
        assertThat(report.bytes()).isGreaterThan(1L << 31);
        assertThat(LocalAudit.isGram(LocalAudit.only(report))).isTrue();
    }

    @Test
    void sixteenTimesTheHeapIsAuditedInConstantMemory() throws Exception {
        long heap = Runtime.getRuntime().maxMemory();
        DType[] types = {DType.F64, DType.F32, DType.BF16};
        int[] widths = {24, 40, 33, 64, 80};
        List<Sparse> tensors = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; bytes < 16 * heap; i++) {
            DType dtype = types[i % types.length];
            int cols = widths[i % widths.length];
            long rows = (i % 7 == 0 ? 400 : 30) * MEGABYTE / cols / dtype.bytes();
            tensors.add(new Sparse("layer." + i + ".weight", dtype, rows, cols, ROWS_SET));
            bytes += rows * cols * dtype.bytes();
        }
        AtomicLong mostAnonymous = new AtomicLong();
        AuditReport report = audit(written(tensors), LocalAudit.SEEDED, mostAnonymous);
        judge(report, tensors, 1e-6);
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
