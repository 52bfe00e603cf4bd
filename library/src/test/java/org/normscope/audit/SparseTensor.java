package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.Status;
import org.normscope.audit.result.WeightRow;
import org.normscope.bound.Interval;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.tensor.StoredTensor;
import org.normscope.testing.WrittenCheckpoint;

/**
 * A tensor of zeros but for 64 rows, and its spectral norm.
 *
 * @param rank number of rows that differ: block Lanczos takes few passes if it is small
 */
record SparseTensor(String name, DType dtype, long rows, int cols, int rank) {
    static final int ROWS_SET = 64;
    private static final int WIDEST = 1 << 18;

    /** Row {@code i} of those that are set: the first, the last, and others between. */
    private long row(int i) {
        return (rows - 1) / (ROWS_SET - 1) * i + (i == ROWS_SET - 1 ? (rows - 1) % (ROWS_SET - 1) : 0);
    }

    /** The columns that are set: the last ones. */
    private int width() {
        return Math.min(cols, WIDEST);
    }

    private byte[] content(int i) {
        return WrittenCheckpoint.random(dtype, width(), new SplittableRandom(name.hashCode() * 100L + i % rank));
    }

    /** From the Gram matrix of the rows that are set, two of them decoded at a time. */
    private double sigma() {
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

    long bytes() {
        return StoredTensor.bytes(dtype, Shape.of(rows, cols));
    }

    /** Where in the tensor's bytes those that aren't zero begin, in ascending order, and what they are. */
    SortedMap<Long, byte[]> contents() {
        SortedMap<Long, byte[]> contents = new TreeMap<>();
        for (int i = 0; i < ROWS_SET; i++) {
            contents.put(((row(i) + 1) * cols - width()) * dtype.bytes(), content(i));
        }
        return contents;
    }

    /** Writes them into a file of zeros, in which the tensor begins at this offset. */
    void write(RandomAccessFile out, long offset) throws IOException {
        for (Map.Entry<Long, byte[]> row : contents().entrySet()) {
            out.seek(offset + row.getKey());
            out.write(row.getValue());
        }
    }

    /** Judges a report on these tensors; estimates are within this relative error. */
    static void judge(AuditReport report, List<SparseTensor> tensors, double error) {
        Map<String, SparseTensor> byName = new HashMap<>();
        tensors.forEach(one -> byName.put(one.name(), one));
        assertThat(report.weights()).hasSameSizeAs(tensors);
        for (WeightRow row : report.weights()) {
            SparseTensor one = byName.get(row.weight().name());
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
}
