package org.normscope.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision.MethodChoice;
import org.normscope.audit.result.WeightNorm;
import org.normscope.audit.result.WeightRow;
import org.normscope.kernel.Kernels;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.storage.Storage;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;
import org.normscope.testing.files.Cut;
import org.normscope.testing.files.DcpBytes;
import org.normscope.testing.files.RankBytes;

/** A tensor that ranks saved in pieces has the norms that it has in one piece. */
class CutTensorsTest {
    private static final String DIRECTORY = "step-7";
    private static final AuditSettings SETTINGS = LocalAudit.by(MethodChoice.KRYLOV, 1e-6);

    /** How ranks save their pieces. */
    enum Saved {
        DCP {
            @Override
            Storage storage(String name, Shape whole, List<Cut> cuts) {
                return DcpBytes.storage(DIRECTORY, name, whole, cuts);
            }
        },
        SAFETENSORS {
            @Override
            Storage storage(String name, Shape whole, List<Cut> cuts) {
                MemoryStorage storage = new MemoryStorage();
                for (int i = 0; i < cuts.size(); i++) {
                    Cut cut = cuts.get(i);
                    String offsets = cut.start().toString();
                    RankBytes rank =
                            new RankBytes().with(name, "F32", cut.shape().dims().toString(), offsets, cut.content());
                    String file = "shard-%05d-model-00001-of-00001.safetensors".formatted(i + 1);
                    storage.with(DIRECTORY + "/" + file, rank.bytes());
                }
                return storage;
            }
        };

        abstract Storage storage(String name, Shape whole, List<Cut> cuts);

        List<WeightRow> audit(String name, Shape whole, byte[] content, List<Long> parts) throws Exception {
            Storage storage = storage(name, whole, Cut.grid(whole, content, parts, Float.BYTES));
            return new LocalAudit(storage, DIRECTORY, Kernels.best(), 2, 1L << 30)
                    .run(SETTINGS)
                    .weights();
        }
    }

    private static byte[] random(Shape shape) {
        int count = Math.toIntExact(shape.elements());
        return WrittenCheckpoint.random(DType.F32, count, new SplittableRandom(shape.hashCode()));
    }

    private static List<WeightRow> inOnePiece(String name, Shape shape, byte[] content) throws Exception {
        WrittenCheckpoint whole = new WrittenCheckpoint().with(name, DType.F32, shape, content);
        return LocalAudit.of(whole).run(SETTINGS).weights();
    }

    @ParameterizedTest
    @CsvSource({"DCP, 3, 1", "DCP, 1, 4", "DCP, 3, 2", "SAFETENSORS, 3, 1", "SAFETENSORS, 1, 4", "SAFETENSORS, 3, 2"})
    void aMatrixHasTheSameNumbers(Saved saved, long down, long across) throws Exception {
        Shape shape = Shape.of(40, 30);
        byte[] content = random(shape);
        List<WeightRow> cut = saved.audit("layer.weight", shape, content, List.of(down, across));
        List<WeightRow> whole = inOnePiece("layer.weight", shape, content);
        assertThat(norms(cut)).hasSize(1).isEqualTo(norms(whole));
    }

    private static List<WeightNorm> norms(List<WeightRow> rows) {
        return rows.stream().map(LocalAudit::norm).toList();
    }

    /** Megatron stacks the layers of a model along dimension 0; its ranks hold some layers, or a part of each. */
    @ParameterizedTest
    @EnumSource(Saved.class)
    void everyLayerOfAStackHasItsOwnNorm(Saved saved) throws Exception {
        String name = "decoder.layers.mlp.linear_fc1.weight";
        Shape shape = Shape.of(4, 9, 7);
        byte[] content = random(shape);
        for (List<Long> parts : List.of(List.of(2L, 1L, 1L), List.of(1L, 3L, 1L), List.of(4L, 2L, 2L))) {
            List<WeightRow> rows = saved.audit(name, shape, content, parts);
            assertThat(rows).extracting(row -> row.weight().batchIndex()).containsExactly(0L, 1L, 2L, 3L);
            for (int layer = 0; layer < rows.size(); layer++) {
                double truth = sigma(9, 7, Arrays.copyOfRange(content, layer * 252, (layer + 1) * 252));
                assertThat(LocalAudit.norm(rows.get(layer)).sigma().estimate())
                        .as("%s cut into %s, layer %d", saved, parts, layer)
                        .isCloseTo(truth, within(1e-9 * truth));
            }
        }
    }

    /** From the eigenvalues of the Gram matrix of the columns. */
    private static double sigma(int rows, int columns, byte[] content) {
        double[] entries = WrittenCheckpoint.decoded(DType.F32, content);
        Matrix gram = Matrix.zeros(columns, columns);
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < columns; j++) {
                int left = i;
                int right = j;
                gram.set(
                        i,
                        j,
                        IntStream.range(0, rows)
                                .mapToDouble(row -> entries[row * columns + left] * entries[row * columns + right])
                                .sum());
            }
        }
        return Math.sqrt(Decompositions.eigenSymmetric(gram).values()[columns - 1]);
    }
}
