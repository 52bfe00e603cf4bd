package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.DenseTensor;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.KeyLayout.WeightKeys;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.Checkpoint;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class DecompositionTest {
    private static final WeightNormalization DEFAULT = WeightNormalization.of(KeyLayout.LEGACY);

    @TempDir
    private Path folder;

    private static Rewrite apart(Sketch sketch, WeightNormalization settings) throws Exception {
        return Decomposition.of(sketch.checkpoint(), settings, Selection.ALL);
    }

    private static List<String> names(Rewrite rewrite) {
        return rewrite.tensors().stream().map(NewTensor::name).toList();
    }

    private static Stream<Arguments> cases() {
        return Arrays.stream(KeyLayout.values())
                .flatMap(layout -> Stream.of(DType.F64, DType.F32, DType.F16, DType.BF16)
                        .flatMap(dtype ->
                                Stream.of(0, 1, 2, -2, -1, null).map(dim -> Arguments.of(layout, dtype, dim))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aWeightBecomesTheMagnitudesAndDirectionsThatTorchStores(KeyLayout layout, DType dtype, @Nullable Integer dim)
            throws Exception {
        Shape shape = Shape.of(4, 3, 5);
        Sketch sketch = new Sketch()
                .with("first", DType.I64, 2)
                .with("a.weight", dtype, 4, 3, 5)
                .with("a.bias", 4);
        WeightNormalization settings = WeightNormalization.of(layout).withDim(dim);
        Rewrite rewrite = apart(sketch, settings);
        WeightKeys keys = layout.weightNorm("a.weight");
        assertThat(names(rewrite)).containsExactly("first", keys.g(), keys.v(), "a.bias");
        DenseTensor weight = DenseTensor.of(shape, Loaded.values(sketch, "a.weight"));
        DenseTensor g = settings.register(weight).g();
        assertThat(rewrite.tensors().get(1).shape()).isEqualTo(g.shape());
        assertThat(rewrite.tensors()).extracting(NewTensor::dtype).contains(dtype, dtype);
        Ulps.assertWithin(
                dtype == DType.F64 ? 2 : 1,
                dtype,
                Loaded.values(sketch, rewrite.tensors().get(1)),
                g.values());
        assertThat(Loaded.values(sketch, rewrite.tensors().get(2))).containsExactly(weight.values());
        assertThat(rewrite.changes()).extracting(Change::weight).containsExactly("a.weight");
        assertThat(rewrite.changes().get(0).after()).containsExactly(keys.g(), keys.v());
    }

    /** Also where magnitudes are subnormal numbers of their type. */
    @ParameterizedTest
    @MethodSource("cases")
    void fusedAgainTheWeightIsWhatItWasToOneUnitInTheLastPlace(KeyLayout layout, DType dtype, @Nullable Integer dim)
            throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        int count = 40 * 30 * 7;
        double scale = random.nextBoolean() ? 1 : 32 * dtype.smallest();
        byte[] bytes = Ulps.encoded(dtype, random.doubles(count, -scale, scale).toArray());
        Arrays.fill(bytes, 0, 210 * dtype.bytes(), (byte) 0);
        WrittenCheckpoint file = new WrittenCheckpoint().with("a.weight", dtype, Shape.of(40, 30, 7), bytes);
        LocalStorage disk = new LocalStorage();
        Rewrite apart = Decomposition.of(
                Loaded.opened(file), WeightNormalization.of(layout).withDim(dim), Selection.ALL);
        Checkpoint middle = Loaded.written(apart.tensors(), 1 << 12, file.storage(), folder.resolve("apart"));
        Rewrite back = Fusion.of(middle, Selection.ALL);
        assertThat(names(back)).containsExactly("a.weight");
        double[] old = WrittenCheckpoint.decoded(dtype, bytes);
        double[] now = Loaded.values(disk, back.tensors().get(0));
        try {
            Ulps.assertWithin(1, dtype, now, old);
            assertThat(Arrays.copyOf(now, 210)).containsOnly(0);
            if (dtype == DType.F64) {
                assertThat(now).containsExactly(old);
            }
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void theSeedPagesExampleHasItsShapes() throws Exception {
        // Linear(20, 40): g is [40, 1], v is [40, 20].
        Rewrite rewrite = apart(new Sketch().with("weight", 40, 20).with("bias", 40), DEFAULT);
        assertThat(names(rewrite)).containsExactly("weight_g", "weight_v", "bias");
        assertThat(rewrite.tensors().get(0).shape()).isEqualTo(Shape.of(40, 1));
        assertThat(rewrite.tensors().get(1).shape()).isEqualTo(Shape.of(40, 20));
    }

    /** Torch's own sum stops at 1 for 4096 numbers of 0.02 in half precision, and overflows for four of 1e20 in single. */
    @Test
    void magnitudesAreSummedInDouble() throws Exception {
        double[] halves = new double[4096];
        Arrays.fill(halves, Ulps.rounded(DType.F16, 0.02));
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight", DType.F16, Shape.of(1, 4096), Ulps.encoded(DType.F16, halves))
                .with("b.weight", DType.F32, Shape.of(2, 4), 1e20, 1e20, 1e20, 1e20, 3e-30, 0, 4e-30, 0);
        Rewrite rewrite = Decomposition.of(Loaded.opened(file), DEFAULT, Selection.ALL);
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(0)))
                .containsExactly(Ulps.rounded(DType.F16, 64 * halves[0]));
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(2))).containsExactly(2 * (float) 1e20, 5e-30f);
    }

    @ParameterizedTest
    @CsvSource({"F16, 60000, no F16 holds", "F32, NaN, no F32 holds", "F32, Infinity, no F32 holds"})
    void magnitudesThatTheTypeCanNotHoldAreRefused(DType dtype, double value, String reason) throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight", dtype, Shape.of(2, 2), Ulps.encoded(dtype, 0, 1, value, value));
        Rewrite rewrite = Decomposition.of(Loaded.opened(file), DEFAULT, Selection.ALL);
        assertThatExceptionOfType(UnwritableWeightException.class)
                .isThrownBy(
                        () -> Loaded.values(file.storage(), rewrite.tensors().get(0)))
                .withMessageContaining("the weight 'a.weight' can't be written: the norm of its slice 1 is ")
                .withMessageContaining(reason)
                .withMessageContaining("--exclude");
    }

    @Test
    void vectorsBuffersCodesAndStateOfOptimizersAreCopied() throws Exception {
        Sketch sketch = new Sketch()
                .with("a.bias", 4)
                .with("norm.weight", 4)
                .with("bn.running_mean", 4)
                .with("ids.weight", DType.I32, 4, 4)
                .with("mask", 3, 3)
                .with("optimizer.state.exp_avg.a.weight", 4, 4);
        Rewrite rewrite = apart(sketch, DEFAULT);
        assertThat(rewrite.changes()).isEmpty();
        assertThat(rewrite.left()).isEmpty();
        assertThat(names(rewrite)).hasSize(6);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a.weight_g and a.weight_v, a.weight, parametrized already",
        "codes, a.weight, stored in codes",
        "embed_tokens.weight, embed_tokens.weight, table of an embedding",
        "factors, a.lora_A.weight, factor of the product a",
        "mlp.experts.w1, mlp.experts.w1, stack of matrices",
        "eight bits, a.weight, has type F8_E4M3",
        "taken, a.weight, would be stored as a.weight_g",
        "flat, a.weight, 'has shape [2, 4], but dim 2'",
        "empty, a.weight, no elements"
    })
    void whatIsNotTakenApartSaysWhy(String what, String weight, String reason) throws Exception {
        Sketch sketch = new Sketch();
        int dim = 0;
        switch (what) {
            case "a.weight_g and a.weight_v" -> sketch.with("a.weight_g", 4, 1).with("a.weight_v", 4, 2);
            case "codes" -> sketch.with("a.weight", DType.F8_E4M3, 4, 4).with("a.weight_scale", 1);
            case "factors" -> sketch.with("a.lora_A.weight", 2, 5).with("a.lora_B.weight", 5, 2);
            case "mlp.experts.w1" -> sketch.with(what, 2, 3, 4);
            case "eight bits" -> sketch.with("a.weight", DType.F8_E4M3, 2, 2);
            case "taken" -> sketch.with("a.weight", 2, 2).with("a.weight_g", 7);
            case "flat" -> {
                sketch.with("a.weight", 2, 4);
                dim = 2;
            }
            case "empty" -> sketch.with("a.weight", 0, 4);
            default -> sketch.with(what, 4, 4);
        }
        Rewrite rewrite = apart(sketch, DEFAULT.withDim(dim));
        assertThat(rewrite.changes()).isEmpty();
        assertThat(rewrite.left()).extracting(Left::weight).contains(weight);
        assertThat(rewrite.left().get(0).reason()).contains(reason);
        assertThat(names(rewrite))
                .containsExactlyElementsOf(sketch.checkpoint().tensors().stream()
                        .map(tensor -> tensor.name())
                        .toList());
    }

    /** {@code kernel_g} and {@code kernel_v} could be anything where g is one number. */
    @Test
    void keysThatNoReaderWouldKnowAreNotWritten() throws Exception {
        Sketch sketch = new Sketch().with("a.kernel", 4, 2);
        assertThat(names(apart(sketch, DEFAULT))).containsExactly("a.kernel_g", "a.kernel_v");
        Rewrite whole = apart(sketch, DEFAULT.withDim(null));
        assertThat(names(whole)).containsExactly("a.kernel");
        assertThat(whole.left().get(0).reason()).contains("take the other layout");
        assertThat(names(apart(
                        sketch, WeightNormalization.of(KeyLayout.PARAMETRIZED).withDim(null))))
                .containsExactly("a.parametrizations.kernel.original0", "a.parametrizations.kernel.original1");
    }

    @Test
    void onlySelectedWeightsAreTakenApart() throws Exception {
        Sketch sketch = new Sketch().with("a.weight", 4, 2).with("b.weight", 4, 2);
        Rewrite rewrite = Decomposition.of(sketch.checkpoint(), DEFAULT, new Selection(List.of(), List.of("a.*")));
        assertThat(names(rewrite)).containsExactly("a.weight", "b.weight_g", "b.weight_v");
        assertThat(rewrite.left()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void tiedWeightsAreTakenApartUnderEachName(KeyLayout layout) throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint().with("a.weight", DType.F32, Shape.of(1, 2), 3, 4);
        Rewrite rewrite = Decomposition.of(
                Loaded.tied(Loaded.opened(file), "a.", "b."), WeightNormalization.of(layout), Selection.ALL);
        WeightKeys a = layout.weightNorm("a.weight");
        WeightKeys b = layout.weightNorm("b.weight");
        assertThat(names(rewrite)).containsExactly(a.g(), a.v(), b.g(), b.v());
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(2))).containsExactly(5);
    }
}
