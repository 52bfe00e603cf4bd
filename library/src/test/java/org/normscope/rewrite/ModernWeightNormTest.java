package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.KeyLayout.WeightKeys;
import org.normscope.parity.WeightNormalization;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.testing.Suite;

/**
 * {@code parametrizations.weight_norm}, which torch has since 2.1, as torch 2.13 stored it, against loops that are written out here: no
 * torch of that age is at hand.
 */
class ModernWeightNormTest {
    private static final LocalStorage DISK = new LocalStorage();

    /** Linear(20, 40), Conv1d(6, 8, 5) with dim 2, ConvTranspose2d(4, 6, 3), Linear(12, 9) with one norm for all. */
    private static final List<Layer> LAYERS = List.of(
            new Layer("linear", 0, 40, 20),
            new Layer("conv", 2, 8, 6, 5),
            new Layer("convt", 0, 4, 6, 3, 3),
            new Layer("whole", null, 9, 12));

    @TempDir
    private Path folder;

    /** @param dim the dimension that keeps its norms; null for the whole */
    private record Layer(String name, @Nullable Integer dim, int... shape) {
        String weight() {
            return name + ".weight";
        }

        /** Which number of g belongs to an entry. */
        int slice(int entry) {
            int behind = 1;
            for (int d = shape.length - 1; dim != null && d > dim; d--) {
                behind *= shape[d];
            }
            return dim == null ? 0 : entry / behind % shape[dim];
        }

        /** {@code g v / ||v||}, entry by entry. */
        double[] applied(double[] g, double[] v) {
            double[] squares = new double[g.length];
            for (int i = 0; i < v.length; i++) {
                squares[slice(i)] += v[i] * v[i];
            }
            double[] weight = new double[v.length];
            for (int i = 0; i < v.length; i++) {
                weight[i] = g[slice(i)] * v[i] / Math.sqrt(squares[slice(i)]);
            }
            return weight;
        }
    }

    @BeforeEach
    void needsTheCorpus() {
        Suite.CORPUS.requireOrSkip();
    }

    private static Checkpoint torchs() throws Exception {
        return Checkpoints.open(
                DISK, Suite.corpusFolder().resolve("modern/weight_norm.pt").toString());
    }

    private Checkpoint written(Rewrite rewrite, String name) throws Exception {
        return Loaded.written(rewrite.tensors(), 1 << 20, DISK, folder.resolve(name));
    }

    private static double[] applied(Checkpoint checkpoint, Layer layer, KeyLayout layout) throws Exception {
        WeightKeys keys = layout.weightNorm(layer.weight());
        return layer.applied(Loaded.values(DISK, checkpoint, keys.g()), Loaded.values(DISK, checkpoint, keys.v()));
    }

    @Test
    void fusedWeightsAreTheFormulasAndLayersGiveTheSame() throws Exception {
        Checkpoint fused = written(Fusion.of(torchs(), Selection.ALL), "fused");
        SplittableRandom random = new SplittableRandom(4);
        for (Layer layer : LAYERS) {
            double[] expected = applied(torchs(), layer, KeyLayout.PARAMETRIZED);
            double[] weight = Loaded.values(DISK, fused, layer.weight());
            Ulps.assertWithin(1, DType.F32, weight, expected);
            // A forward pass over the flattened view: every output sums one row times the input.
            int rows = layer.shape()[0];
            int cols = weight.length / rows;
            double[] x = random.doubles(cols, -1, 1).toArray();
            for (int row = 0; row < rows; row++) {
                double ours = 0;
                double theirs = 0;
                double size = 0;
                for (int col = 0; col < cols; col++) {
                    ours += weight[row * cols + col] * x[col];
                    theirs += expected[row * cols + col] * x[col];
                    size += Math.abs(expected[row * cols + col] * x[col]);
                }
                assertThat(Math.abs(ours - theirs)).as(layer.name()).isLessThanOrEqualTo(size * 0x1p-23);
            }
        }
    }

    @Test
    void takenApartAgainTheyHaveTorchsKeysAndApplyTheSame() throws Exception {
        Checkpoint fused = written(Fusion.of(torchs(), Selection.ALL), "fused");
        Checkpoint now = fused;
        for (Layer layer : LAYERS) {
            WeightNormalization settings =
                    WeightNormalization.of(KeyLayout.PARAMETRIZED).withDim(layer.dim());
            Selection one = new Selection(List.of(layer.weight()), List.of());
            now = written(Decomposition.of(now, settings, one), layer.name());
        }
        assertThat(now.tensors())
                .extracting(tensor -> tensor.name() + tensor.shape())
                .containsExactlyInAnyOrderElementsOf(torchs().tensors().stream()
                        .map(tensor -> tensor.name() + tensor.shape())
                        .toList());
        for (Layer layer : LAYERS) {
            Ulps.assertWithin(
                    1,
                    DType.F32,
                    applied(now, layer, KeyLayout.PARAMETRIZED),
                    Loaded.values(DISK, fused, layer.weight()));
        }
    }

    @Test
    void inTheLegacyLayoutTheyApplyTheSameAndBackTheyAreTheSameBytes() throws Exception {
        Checkpoint legacy = written(Migration.of(torchs(), KeyLayout.LEGACY, Selection.ALL), "legacy");
        for (Layer layer : LAYERS) {
            assertThat(applied(legacy, layer, KeyLayout.LEGACY))
                    .containsExactly(applied(torchs(), layer, KeyLayout.PARAMETRIZED));
        }
        Checkpoint back = written(Migration.of(legacy, KeyLayout.PARAMETRIZED, Selection.ALL), "back");
        assertThat(Loaded.tensors(DISK, back)).isEqualTo(Loaded.tensors(DISK, torchs()));
        assertThat(Loaded.tensors(DISK, written(Fusion.of(legacy, Selection.ALL), "fused")))
                .isEqualTo(Loaded.tensors(DISK, written(Fusion.of(torchs(), Selection.ALL), "direct")));
    }
}
