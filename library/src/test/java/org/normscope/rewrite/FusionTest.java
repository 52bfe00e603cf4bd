package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.DenseTensor;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.KeyLayout.SpectralKeys;
import org.normscope.parity.KeyLayout.WeightKeys;
import org.normscope.parity.SpectralNormalization;
import org.normscope.parity.WeightNormalization;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class FusionTest {
    private static Rewrite fused(Sketch sketch) throws Exception {
        return Fusion.of(sketch.checkpoint(), Selection.ALL);
    }

    private static List<String> names(Rewrite rewrite) {
        return rewrite.tensors().stream().map(NewTensor::name).toList();
    }

    private static Stream<Arguments> weightNorms() {
        return Arrays.stream(KeyLayout.values())
                .flatMap(layout -> Stream.of(DType.F64, DType.F32, DType.F16, DType.BF16)
                        .flatMap(dtype -> Stream.of(
                                Arguments.of(layout, dtype, 0, Shape.of(7, 1), Shape.of(7, 5)),
                                Arguments.of(layout, dtype, 0, Shape.of(4, 1, 1, 1), Shape.of(4, 3, 2, 5)),
                                Arguments.of(layout, dtype, 1, Shape.of(1, 3, 1), Shape.of(4, 3, 2)),
                                Arguments.of(layout, dtype, 2, Shape.of(1, 1, 6), Shape.of(4, 3, 6)),
                                Arguments.of(layout, dtype, 0, Shape.of(5), Shape.of(5)),
                                Arguments.of(layout, dtype, null, Shape.of(), Shape.of(4, 3, 2)))));
    }

    @ParameterizedTest
    @MethodSource("weightNorms")
    void aWeightNormBecomesTheWeightThatTorchApplies(
            KeyLayout layout, DType dtype, @Nullable Integer dim, Shape g, Shape v) throws Exception {
        WeightKeys keys = layout.weightNorm("a.weight");
        Sketch sketch = new Sketch()
                .with("first", DType.I64, 2)
                .with(keys.g(), dtype, dims(g))
                .with(keys.v(), dtype, dims(v))
                .with("a.bias", 7);
        Rewrite rewrite = fused(sketch);
        assertThat(names(rewrite)).containsExactly("first", "a.weight", "a.bias");
        NewTensor weight = rewrite.tensors().get(1);
        assertThat(weight.dtype()).isEqualTo(dtype);
        assertThat(weight.shape()).isEqualTo(v);
        DenseTensor expected = WeightNormalization.of(layout)
                .withDim(dim)
                .load(
                        DenseTensor.of(g, Loaded.values(sketch, keys.g())),
                        DenseTensor.of(v, Loaded.values(sketch, keys.v())))
                .weight(dtype);
        // In F64 the formula itself rounds: the norm, the factor, the product.
        Ulps.assertWithin(dtype == DType.F64 ? 4 : 1, dtype, Loaded.values(sketch, weight), expected.values());
        assertThat(rewrite.changes()).extracting(Change::weight).containsExactly("a.weight");
        assertThat(rewrite.changes().get(0).before()).containsExactly(keys.g(), keys.v());
        assertThat(rewrite.changes().get(0).after()).containsExactly("a.weight");
    }

    private static long[] dims(Shape shape) {
        return shape.dims().stream().mapToLong(Long::longValue).toArray();
    }

    private static Stream<Arguments> spectralNorms() {
        return Arrays.stream(KeyLayout.values())
                .flatMap(layout -> Stream.of(DType.F64, DType.F32, DType.F16, DType.BF16)
                        .flatMap(dtype -> Stream.of(
                                Arguments.of(layout, dtype, 0, Shape.of(7, 5)),
                                Arguments.of(layout, dtype, 0, Shape.of(4, 3, 2)),
                                Arguments.of(layout, dtype, 1, Shape.of(3, 4, 2)))));
    }

    @ParameterizedTest
    @MethodSource("spectralNorms")
    void aSpectralNormBecomesTheWeightThatTorchApplies(KeyLayout layout, DType dtype, int dim, Shape shape)
            throws Exception {
        SpectralKeys keys = layout.spectralNorm("a.weight");
        long rows = shape.dims().get(dim);
        Sketch sketch = new Sketch()
                .with("a.bias", 7)
                .with(keys.original(), dtype, dims(shape))
                .with(keys.u(), dtype, rows)
                .with(keys.v(), dtype, shape.elements() / rows)
                .with("last", 2);
        Rewrite rewrite = fused(sketch);
        assertThat(names(rewrite)).containsExactly("a.bias", "a.weight", "last");
        NewTensor weight = rewrite.tensors().get(1);
        assertThat(weight.shape()).isEqualTo(shape);
        DenseTensor expected = SpectralNormalization.of(layout)
                .withDim(dim)
                .load(
                        DenseTensor.of(shape, Loaded.values(sketch, keys.original())),
                        Loaded.values(sketch, keys.u()),
                        Loaded.values(sketch, keys.v()))
                .weight(dtype);
        // Sums in another order than the parity class has: a few more roundings of double.
        Ulps.assertWithin(dtype == DType.F64 ? 64 : 1, dtype, Loaded.values(sketch, weight), expected.values());
        assertThat(rewrite.left()).isEmpty();
    }

    @Test
    void aSquareTransposedConvolutionIsDividedByTheLargerOfItsTwoNumbers() throws Exception {
        double[] original = {1, 0, 0, 9, 2, 0, 0, 0};
        // As rows of dimension 1, (1, 0, 2, 0) and (0, 9, 0, 0), u . M v is 9; as those of dimension 0 it is 0.
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight_orig", DType.F64, Shape.of(2, 2, 2), original)
                .with("a.weight_u", DType.F64, Shape.of(2), 0, 1)
                .with("a.weight_v", DType.F64, Shape.of(4), 0, 1, 0, 0);
        Rewrite rewrite = Fusion.of(Loaded.opened(file), Selection.ALL);
        double[] expected = Arrays.stream(original).map(x -> x * (1 / 9.0)).toArray();
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(0))).containsExactly(expected);
    }

    @Test
    void aVectorUnderALegacySpectralNormHasItsOwnLengthTakenOut() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight_orig", DType.F32, Shape.of(2), 3, 4)
                .with("a.weight_u", DType.F32, Shape.of(2), 0, 1)
                .with("a.weight_v", DType.F32, Shape.of(1), 1);
        Rewrite rewrite = Fusion.of(Loaded.opened(file), Selection.ALL);
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(0))).containsExactly(0.75, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void slicesOfZerosStayZeros(DType dtype) throws Exception {
        SplittableRandom random = new SplittableRandom(4);
        byte[] v = WrittenCheckpoint.random(dtype, 12, random);
        Arrays.fill(v, 4 * dtype.bytes(), 8 * dtype.bytes(), (byte) 0);
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight_g", dtype, Shape.of(3, 1), WrittenCheckpoint.random(dtype, 3, random))
                .with("a.weight_v", dtype, Shape.of(3, 4), v);
        double[] weight = Loaded.values(
                file.storage(),
                Fusion.of(Loaded.opened(file), Selection.ALL).tensors().get(0));
        assertThat(Arrays.copyOfRange(weight, 4, 8)).containsOnly(0);
        assertThat(weight).doesNotContain(Double.NaN);
        assertThat(Arrays.stream(weight).filter(x -> x == 0)).hasSize(4);
    }

    @Test
    void tiedPartsMakeAWeightUnderEachName() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight_g", DType.F32, Shape.of(2, 1), 5, 13)
                .with("a.weight_v", DType.F32, Shape.of(2, 2), 3, 4, 5, 12);
        Rewrite rewrite = Fusion.of(Loaded.tied(Loaded.opened(file), "a.", "b."), Selection.ALL);
        assertThat(names(rewrite)).containsExactly("a.weight", "b.weight");
        for (NewTensor tensor : rewrite.tensors()) {
            assertThat(Loaded.values(file.storage(), tensor)).containsExactly(3, 4, 5, 12);
        }
    }

    @Test
    void whatIsNotSelectedStays() throws Exception {
        Sketch sketch = new Sketch()
                .with("a.weight_g", 4, 1)
                .with("a.weight_v", 4, 2)
                .with("b.weight_g", 4, 1)
                .with("b.weight_v", 4, 2);
        Rewrite rewrite = Fusion.of(sketch.checkpoint(), new Selection(List.of("b.*"), List.of()));
        assertThat(names(rewrite)).containsExactly("a.weight_g", "a.weight_v", "b.weight");
        assertThat(rewrite.left()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a plain weight lies beside it, lies beside a plain weight",
        "both layouts, more than once",
        "another function, doesn't name",
        "two functions, more than one function",
        "no v, has no v",
        "codes, stored as block_scaled",
        "factors, stored as lora",
        "a type that isn't decoded, F8_E8M0"
    })
    void whatCanNotBeFusedStaysAndSaysWhy(String what, String reason) throws Exception {
        Sketch sketch = new Sketch().with("b.bias", 3);
        switch (what) {
            case "a plain weight lies beside it" ->
                sketch.with("a.weight", 4, 2).with("a.weight_g", 4, 1).with("a.weight_v", 4, 2);
            case "both layouts" ->
                sketch.with("a.weight_g", 4, 1)
                        .with("a.weight_v", 4, 2)
                        .with("a.parametrizations.weight.original0", 4, 1)
                        .with("a.parametrizations.weight.original1", 4, 2);
            case "another function" ->
                sketch.with("a.parametrizations.weight.original", 4, 4).with("a.parametrizations.weight.0.base", 4, 4);
            case "two functions" ->
                sketch.with("a.parametrizations.weight.original", 4, 3)
                        .with("a.parametrizations.weight.0._u", 4)
                        .with("a.parametrizations.weight.0._v", 3)
                        .with("a.parametrizations.weight.1.mask", 4, 3);
            case "no v" ->
                sketch.with("a.weight", 4, 2).with("a.weight_orig", 4, 2).with("a.weight_u", 4);
            case "codes" -> sketch.with("a.weight", DType.F8_E4M3, 4, 4).with("a.weight_scale", 1);
            case "factors" -> sketch.with("a.weight.lora_A.weight", 2, 5).with("a.weight.lora_B.weight", 5, 2);
            default -> sketch.with("a.weight_g", DType.F8_E8M0, 4, 1).with("a.weight_v", 4, 2);
        }
        Rewrite rewrite = fused(sketch);
        assertThat(rewrite.changes()).isEmpty();
        assertThat(rewrite.left()).extracting(Left::weight).containsExactly("a.weight");
        assertThat(rewrite.left().get(0).reason()).contains(reason);
        assertThat(names(rewrite))
                .containsExactlyElementsOf(sketch.checkpoint().tensors().stream()
                        .map(tensor -> tensor.name())
                        .toList());
    }

    @Test
    void aWeightThatItsNumbersDoNotDefineIsRefusedInOneLine() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight_orig", DType.F32, Shape.of(2, 2), 0, 0, 0, 0)
                .with("a.weight_u", DType.F32, Shape.of(2), 1, 0)
                .with("a.weight_v", DType.F32, Shape.of(2), 1, 0);
        Rewrite rewrite = Fusion.of(Loaded.opened(file), Selection.ALL);
        assertThatExceptionOfType(UnwritableWeightException.class)
                .isThrownBy(
                        () -> Loaded.values(file.storage(), rewrite.tensors().get(0)))
                .withMessageContaining("the weight 'a.weight' can't be written: u . W v is 0.0")
                .withMessageContaining("--exclude")
                .withMessageNotContaining("\n");
    }

    /** Rows of v and g in another order give the same rows, bit for bit, in that order. */
    @Test
    void aPermutationOfTheRowsPermutesTheWeight() throws Exception {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        int rows = 11;
        int cols = 6;
        double[] g = random.doubles(rows, -2, 2).toArray();
        double[] v = random.doubles((long) rows * cols, -2, 2).toArray();
        int[] order = IntStream.range(0, rows).toArray();
        for (int i = rows - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        double[] weight = rowsFused(g, v, cols);
        double[] permuted = rowsFused(rows(g, 1, order), rows(v, cols, order), cols);
        assertThat(permuted).as("seed %d", seed).containsExactly(rows(weight, cols, order));
    }

    private static double[] rows(double[] matrix, int cols, int[] order) {
        return Arrays.stream(order)
                .mapToObj(row -> Arrays.copyOfRange(matrix, row * cols, (row + 1) * cols))
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    private static double[] rowsFused(double[] g, double[] v, int cols) throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight_g", DType.F64, Shape.of(g.length, 1), g)
                .with("a.weight_v", DType.F64, Shape.of(g.length, cols), v);
        return Loaded.values(
                file.storage(),
                Fusion.of(Loaded.opened(file), Selection.ALL).tensors().get(0));
    }

    @Test
    void aRecipeCanBeSentAndFollowedAgain() throws Exception {
        Sketch sketch = new Sketch().with("a.weight_g", 300, 1).with("a.weight_v", 300, 1100);
        NewTensor weight = fused(sketch).tensors().get(0);
        double[] once = Loaded.values(sketch, weight);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
            out.writeObject(weight.content());
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(sent.toByteArray()))) {
            NewTensor received =
                    new NewTensor("a.weight", weight.dtype(), weight.shape(), (TensorContent) in.readObject());
            assertThat(Loaded.values(sketch, received)).containsExactly(once);
        }
    }

    @Test
    void rowsLongerThanWhatIsHeldAreCut() throws Exception {
        int cols = (1 << 18) + 77;
        Sketch sketch = new Sketch().with("a.weight_g", 2, 1).with("a.weight_v", 2, cols);
        NewTensor weight = fused(sketch).tensors().get(0);
        DenseTensor expected = WeightNormalization.of(KeyLayout.LEGACY)
                .load(
                        DenseTensor.of(Shape.of(2, 1), Loaded.values(sketch, "a.weight_g")),
                        DenseTensor.of(Shape.of(2, cols), Loaded.values(sketch, "a.weight_v")))
                .weight(DType.F32);
        Ulps.assertWithin(1, DType.F32, Loaded.values(sketch, weight), expected.values());
    }

    @Test
    void aFailureOfTheStorageNamesTheFile() throws Exception {
        Sketch sketch = new Sketch().with("a.weight_g", 4, 1).with("a.weight_v", 4, 2);
        NewTensor weight = fused(sketch).tensors().get(0);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Loaded.values(new org.normscope.testing.MemoryStorage(), weight))
                .withMessageContaining("reading model.safetensors failed");
    }
}
