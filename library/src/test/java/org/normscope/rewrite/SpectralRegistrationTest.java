package org.normscope.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.DenseTensor;
import org.normscope.parity.KeyLayout;
import org.normscope.parity.KeyLayout.SpectralKeys;
import org.normscope.parity.SpectralNormalization;
import org.normscope.parity.SpectralParameter;
import org.normscope.rewrite.Rewrite.Change;
import org.normscope.rewrite.Rewrite.Left;
import org.normscope.rewrite.Rewrite.Promise;
import org.normscope.spectral.RandomStart;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

class SpectralRegistrationTest {
    private static final long SEED = 77;

    private static Stream<Arguments> cases() {
        return Arrays.stream(KeyLayout.values())
                .flatMap(layout -> Stream.of(DType.F64, DType.F32, DType.F16, DType.BF16)
                        .flatMap(dtype -> Stream.of(0, 1).map(dim -> Arguments.of(layout, dtype, dim))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aWeightBecomesWhatTorchHoldsAfterTraining(KeyLayout layout, DType dtype, int dim) throws Exception {
        Shape shape = Shape.of(4, 6, 5);
        Sketch sketch =
                new Sketch().with("first", 2).with("a.weight", dtype, 4, 6, 5).with("a.bias", 4);
        SpectralNormalization settings =
                SpectralNormalization.of(layout).withDim(dim).withPowerIterations(3);
        Rewrite rewrite = SpectralRegistration.of(sketch.checkpoint(), settings, SEED, Selection.ALL);
        SpectralKeys keys = layout.spectralNorm("a.weight");
        assertThat(rewrite.tensors())
                .extracting(NewTensor::name)
                .containsExactly("first", keys.original(), keys.u(), keys.v(), "a.bias");
        double[] weight = Loaded.values(sketch, "a.weight");
        assertThat(Loaded.values(sketch, rewrite.tensors().get(1))).containsExactly(weight);
        int rows = Math.toIntExact(shape.dims().get(dim));
        double[] start = new RandomStart(SEED, "a.weight", 0)
                .gaussian(rows + weight.length / rows, 1)
                .values();
        SpectralParameter expected = settings.register(
                        DenseTensor.of(shape, weight),
                        Arrays.copyOf(start, rows),
                        Arrays.copyOfRange(start, rows, start.length))
                .trained();
        assertVector(sketch, rewrite.tensors().get(2), dtype, expected.u());
        assertVector(sketch, rewrite.tensors().get(3), dtype, expected.v());
        Change change = rewrite.changes().get(0);
        assertThat(change.after()).containsExactly(keys.original(), keys.u(), keys.v());
        assertThat(change.promise()).isEqualTo(new Promise.Divided());
    }

    private static void assertVector(Sketch sketch, NewTensor tensor, DType dtype, double[] expected) throws Exception {
        assertThat(tensor.shape()).isEqualTo(Shape.of(expected.length));
        assertThat(tensor.dtype()).isEqualTo(dtype);
        double[] rounded =
                Arrays.stream(expected).map(x -> Ulps.rounded(dtype, x)).toArray();
        assertThat(Loaded.values(sketch, tensor)).containsExactly(rounded);
    }

    @Test
    void theSeedPagesExampleHasItsShapes() throws Exception {
        // Linear(20, 40): u has 40 entries.
        Sketch sketch = new Sketch().with("weight", 40, 20).with("bias", 40);
        Rewrite rewrite = SpectralRegistration.of(
                sketch.checkpoint(), SpectralNormalization.of(KeyLayout.LEGACY), SEED, Selection.ALL);
        assertThat(rewrite.tensors())
                .extracting(NewTensor::name)
                .containsExactly("weight_orig", "weight_u", "weight_v", "bias");
        assertThat(rewrite.tensors())
                .extracting(NewTensor::shape)
                .containsExactly(Shape.of(40, 20), Shape.of(40), Shape.of(20), Shape.of(40));
    }

    @Test
    void weightsOfTheSameShapeHaveStartsOfTheirOwn() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint()
                .with("a.weight", DType.F64, Shape.of(2, 2), 1, 0, 0, 1)
                .with("b.weight", DType.F64, Shape.of(2, 2), 1, 0, 0, 1);
        Rewrite rewrite = SpectralRegistration.of(
                Loaded.opened(file), SpectralNormalization.of(KeyLayout.LEGACY), SEED, Selection.ALL);
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(1)))
                .isNotEqualTo(Loaded.values(file.storage(), rewrite.tensors().get(4)));
    }

    /** Torch makes NaN of a matrix of zeros; u and v, which are stored, are zeros. */
    @Test
    void aMatrixOfZerosHasVectorsOfZerosAsInTorch() throws Exception {
        WrittenCheckpoint file = new WrittenCheckpoint().with("a.weight", DType.F32, Shape.of(2, 3), 0, 0, 0, 0, 0, 0);
        Rewrite rewrite = SpectralRegistration.of(
                Loaded.opened(file), SpectralNormalization.of(KeyLayout.PARAMETRIZED), SEED, Selection.ALL);
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(1))).containsOnly(0);
        assertThat(Loaded.values(file.storage(), rewrite.tensors().get(2))).containsOnly(0);
    }

    @Test
    void whatHasNoSuchDimensionStays() throws Exception {
        Sketch sketch = new Sketch().with("a.weight", 4, 2).with("b.weight", 4, 2, 3);
        Rewrite rewrite = SpectralRegistration.of(
                sketch.checkpoint(),
                SpectralNormalization.of(KeyLayout.PARAMETRIZED).withDim(-3),
                SEED,
                Selection.ALL);
        assertThat(rewrite.changes()).extracting(Change::weight).containsExactly("b.weight");
        assertThat(rewrite.left()).extracting(Left::weight).containsExactly("a.weight");
        assertThat(rewrite.left().get(0).reason()).isEqualTo("has shape [4, 2], but dim -3 is asked for");
    }

    /** Readers tell dimensions 0 and 1 by the lengths of u and v, and no others. */
    @Test
    void vectorsThatNoReaderWouldUnderstandAreNotWritten() throws Exception {
        Sketch sketch = new Sketch().with("a.weight", 4, 2, 3);
        Rewrite rewrite = SpectralRegistration.of(
                sketch.checkpoint(),
                SpectralNormalization.of(KeyLayout.PARAMETRIZED).withDim(-1),
                SEED,
                Selection.ALL);
        assertThat(rewrite.changes()).isEmpty();
        assertThat(rewrite.left().get(0).reason()).contains("would not be known again");
    }

    @Test
    void aRecipeCanBeSentAndFollowedAgain() throws Exception {
        Sketch sketch = new Sketch().with("a.weight", 700, 300);
        Rewrite rewrite = SpectralRegistration.of(
                sketch.checkpoint(), SpectralNormalization.of(KeyLayout.LEGACY), SEED, Selection.ALL);
        List<NewTensor> vectors = rewrite.tensors().subList(1, 3);
        double[] u = Loaded.values(sketch, vectors.get(0));
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(sent)) {
            out.writeObject(vectors.get(0));
        }
        assertThat(sent.size()).isLessThan(5000);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(sent.toByteArray()))) {
            assertThat(Loaded.values(sketch, (NewTensor) in.readObject())).containsExactly(u);
        }
    }
}
