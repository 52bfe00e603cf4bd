package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.network.HeadGrams.Side;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AuditReport;
import org.normscope.kernel.Kernels;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.DenseMap;
import org.normscope.lipschitz.HeadGram;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/** Norms of heads from one reading of a file, against those of the heads cut out in memory. */
class HeadGramsTest {
    private static final double TIGHT = 1e-6;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    /** A matrix of outputs x inputs and how it is stored. */
    private static final class Stored {
        final double[][] matrix;
        final StoredRows rows;
        final Lookup lookup;

        Stored(double[][] matrix, WrittenCheckpoint checkpoint) throws Exception {
            this.matrix = matrix;
            MemoryStorage storage = checkpoint.storage();
            AuditPlan plan = Audit.plan(
                    Checkpoints.open(storage, WrittenCheckpoint.LOCATION),
                    AuditSettings.DEFAULT.withSeed(1),
                    AuditPlan.Request.REPORT_ONLY);
            Kernels kernels = Kernels.best();
            AuditReport report = new Audit(
                            new LocalEngine(storage, kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                    .run(plan, 0, (weight, found) -> {});
            rows = new StoredRows(storage, plan);
            lookup = new Lookup(new ReportedNorms(report), new TensorValues(storage, plan));
        }

        MatrixPart part(Map<String, Object> options) throws Exception {
            return MatrixPart.of(new Options("test", Map.of("m", options)), "m", lookup);
        }
    }

    private double[][] matrix(int outputs, int inputs) {
        double[][] matrix = new double[outputs][inputs];
        for (double[] row : matrix) {
            for (int j = 0; j < inputs; j++) {
                row[j] = (float) random.nextGaussian();
            }
        }
        return matrix;
    }

    private static double[] flat(double[][] matrix, boolean transposed) {
        int rows = transposed ? matrix[0].length : matrix.length;
        int cols = transposed ? matrix.length : matrix[0].length;
        double[] flat = new double[rows * cols];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                flat[i * cols + j] = transposed ? matrix[j][i] : matrix[i][j];
            }
        }
        return flat;
    }

    private static Matrix cut(double[][] matrix, int from, int to, double @Nullable [] scale) {
        Matrix cut = Matrix.zeros(to - from, matrix[0].length);
        for (int i = from; i < to; i++) {
            for (int j = 0; j < matrix[0].length; j++) {
                cut.set(i - from, j, matrix[i][j] * (scale == null ? 1 : scale[j]));
            }
        }
        return cut;
    }

    private void isJustAbove(HeadGram gram, Matrix head) {
        double norm = DenseMap.of(head).norm().value();
        assertThat(gram.norm().value()).as("seed %d", seed).isBetween(norm * (1 - 1e-9), norm * (1 + TIGHT));
    }

    @ParameterizedTest
    @CsvSource({
        "12, 70, false, 0, 12, 3",
        "12, 70, true, 0, 12, 3",
        "20, 7, false, 4, 16, 4",
        "20, 7, true, 4, 16, 4",
        "6, 130, true, 0, 6, 1",
        "4, 64, true, 0, 4, 4"
    })
    void headsOfOutputs(int outputs, int inputs, boolean transposed, int from, int to, int heads) throws Exception {
        double[][] matrix = matrix(outputs, inputs);
        Shape shape = transposed ? Shape.of(inputs, outputs) : Shape.of(outputs, inputs);
        Stored stored =
                new Stored(matrix, new WrittenCheckpoint().with("w", DType.F32, shape, flat(matrix, transposed)));
        double[] scale = random.doubles(inputs, -2, 2).toArray();
        double[] shift = random.doubles(inputs, -2, 2).toArray();
        double[] bias = random.doubles(to - from, -2, 2).toArray();
        MatrixPart part = stored.part(
                Map.of("weight", "w", "transposed", transposed, "rows", List.of((double) from, (double) to)));
        HeadGrams.Heads read = HeadGrams.of(stored.rows, part, Side.OUTPUTS, heads, new Fold(scale, shift), bias);
        int width = (to - from) / heads;
        assertThat(read.grams()).hasSize(heads);
        for (int h = 0; h < heads; h++) {
            isJustAbove(read.grams().get(h), cut(matrix, from + h * width, from + (h + 1) * width, scale));
        }
        for (int i = from; i < to; i++) {
            double offset = bias[i - from];
            for (int j = 0; j < inputs; j++) {
                offset += matrix[i][j] * shift[j];
            }
            assertThat(read.offsets()[i - from])
                    .as("seed %d", seed)
                    .isBetween(Math.abs(offset) * (1 - 1e-12), Math.abs(offset) + 1e-9);
        }
        HeadGrams.Heads plain = HeadGrams.of(stored.rows, part, Side.OUTPUTS, heads, null, null);
        isJustAbove(plain.grams().get(heads - 1), cut(matrix, to - width, to, null));
        assertThat(plain.offsets()).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({"70, 12, false, 3", "70, 12, true, 3", "128, 6, false, 6", "5, 4, false, 1"})
    void headsOfInputs(int outputs, int inputs, boolean transposed, int heads) throws Exception {
        double[][] matrix = matrix(outputs, inputs);
        Shape shape = transposed ? Shape.of(inputs, outputs) : Shape.of(outputs, inputs);
        Stored stored =
                new Stored(matrix, new WrittenCheckpoint().with("w", DType.F32, shape, flat(matrix, transposed)));
        MatrixPart part = stored.part(Map.of("weight", "w", "transposed", transposed));
        HeadGrams.Heads read = HeadGrams.of(stored.rows, part, Side.INPUTS, heads, null, null);
        int width = inputs / heads;
        assertThat(read.grams()).hasSize(heads);
        for (int h = 0; h < heads; h++) {
            Matrix whole = cut(matrix, 0, outputs, null);
            isJustAbove(read.grams().get(h), whole.columns(h * width, (h + 1) * width));
        }
    }

    /** The weight is made of magnitudes and directions, its entries within some roundings. */
    @Test
    void headsOfMadeWeights() throws Exception {
        double[][] directions = matrix(4, 9);
        double[] magnitudes = {0.5, -3, 2, 0.25};
        Stored stored = new Stored(
                directions,
                new WrittenCheckpoint()
                        .with("fc.weight_g", DType.F32, Shape.of(4, 1), magnitudes)
                        .with("fc.weight_v", DType.F32, Shape.of(4, 9), flat(directions, false)));
        MatrixPart part = stored.part(Map.of("weight", "fc.weight"));
        List<HeadGram> grams =
                HeadGrams.of(stored.rows, part, Side.OUTPUTS, 4, null, null).grams();
        for (int h = 0; h < 4; h++) {
            assertThat(grams.get(h).norm().value())
                    .as("seed %d", seed)
                    .isBetween(Math.abs(magnitudes[h]) * (1 - 1e-12), Math.abs(magnitudes[h]) * (1 + TIGHT));
        }
        assertThat(stored.lookup.optional("fc.weight_g")).isPresent();
    }

    @Test
    void rowsOfGatedMlps() throws Exception {
        double[][] matrix = matrix(10, 33);
        double[] scale = random.doubles(33, -2, 2).toArray();
        for (boolean transposed : new boolean[] {false, true}) {
            Shape shape = transposed ? Shape.of(33, 10) : Shape.of(10, 33);
            Stored stored =
                    new Stored(matrix, new WrittenCheckpoint().with("w", DType.F32, shape, flat(matrix, transposed)));
            MatrixPart part = stored.part(Map.of("weight", "w", "transposed", transposed, "rows", List.of(2.0, 9.0)));
            BranchRows read = BranchRows.read(stored.rows, part, new Fold(scale, null));
            Matrix cut = cut(matrix, 2, 9, scale);
            for (int i = 0; i < 7; i++) {
                double norm =
                        DenseMap.of(cut.transpose().columns(i, i + 1)).norm().value();
                assertThat(read.rowNorms()[i]).as("seed %d", seed).isBetween(norm * (1 - 1e-12), norm * (1 + 1e-9));
            }
            double norm = DenseMap.of(cut).norm().value();
            assertThat(read.norm()).isNotNull();
            assertThat(read.norm() == null ? 0 : read.norm().value()).isBetween(norm * (1 - 1e-9), norm * (1 + TIGHT));
        }
    }
}
