package org.normscope.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;
import org.normscope.weights.Recipe.Parametrized;
import org.normscope.weights.Recipe.SpectralNorm;
import org.normscope.weights.Recipe.SpectralNorm.Orientation;
import org.normscope.weights.Recipe.WeightNorm;

/** Weight norm and spectral norm in both layouts of keys, and what only looks like them. */
class TorchNormsTest {
    private static long[] dims(String text) {
        return text.isEmpty()
                ? new long[0]
                : List.of(text.split(" ")).stream().mapToLong(Long::parseLong).toArray();
    }

    @ParameterizedTest(name = "g [{0}], v [{1}]")
    @CsvSource({
        "'4 1', '4 6', 0",
        "'1 6', '4 6', 1",
        "'1 1 5', '8 6 5', 2",
        "'3 1 1 1', '3 4 3 3', 0",
        "'', '9 12', -1",
        "'1', '9 12', -1",
        "'1 1', '1 12', -1",
        "'1 1', '4 1', -1"
    })
    void theShapeOfTheMagnitudesTellsTheDimension(String g, String v, int dim) {
        for (List<String> keys : List.of(
                List.of("a.weight_g", "a.weight_v", "a.weight"),
                List.of("a.parametrizations.weight.original0", "a.parametrizations.weight.original1", "a.weight"))) {
            NamedTensors tensors = new NamedTensors().with(keys.get(0), dims(g)).with(keys.get(1), dims(v));
            assertThat(tensors.recipe()).isInstanceOfSatisfying(WeightNorm.class, norm -> {
                assertThat(norm.dim()).isEqualTo(dim);
                assertThat(norm.g().name()).isEqualTo(keys.get(0));
                assertThat(norm.v().name()).isEqualTo(keys.get(1));
            });
            assertThat(tensors.map().weights().get(0).dim()).isZero();
            assertThat(tensors.roles())
                    .containsExactly(
                            keys.get(0) + " parametrization -> " + keys.get(2),
                            keys.get(1) + " parametrization -> " + keys.get(2));
        }
    }

    @Test
    void anyParameterMayBeNormalized() {
        assertThat(new NamedTensors()
                        .with("rnn.weight_hh_l0_g", 8, 1)
                        .with("rnn.weight_hh_l0_v", 8, 2)
                        .with("theta_g", 5, 1)
                        .with("theta_v", 5, 3)
                        .with("x.parametrizations.kernel.original0", 1, 7)
                        .with("x.parametrizations.kernel.original1", 6, 7)
                        .with("pkg!weight_v", 6, 7)
                        .with("pkg!weight_g")
                        .weights())
                .containsExactly(
                        "rnn.weight_hh_l0 weight_norm 8x2",
                        "theta weight_norm 5x3",
                        "x.kernel weight_norm 6x7",
                        "pkg!weight weight_norm 6x7");
    }

    @Test
    void aNormalizedVectorIsNoMatrixButItsPartsAreKnown() {
        NamedTensors vector = new NamedTensors().with("a.weight_g", 5).with("a.weight_v", 5);
        assertThat(vector.weights()).isEmpty();
        assertThat(vector.roles())
                .containsExactly("a.weight_g parametrization -> a.weight", "a.weight_v parametrization -> a.weight");
    }

    @ParameterizedTest(name = "g [{0}], v [{1}]")
    @CsvSource({"'5 1', '4 6'", "'4 6', '4 6'", "'4', '4 6'", "'2 1 1', '4 6'", "'1 1', '0 6'"})
    void otherShapesAreNoWeightNorm(String g, String v) {
        NamedTensors tensors = new NamedTensors().with("a.weight_g", dims(g)).with("a.weight_v", dims(v));
        assertThat(tensors.map().weights()).allMatch(EffectiveWeight::isStored);
        assertThat(tensors.weights()).anyMatch(weight -> weight.startsWith("a.weight_v plain"));
    }

    @Test
    void namesThatMeanSomethingElseNeedTheShapeOfAMagnitude() {
        assertThat(new NamedTensors().with("proj_g").with("proj_v", 4, 6).weights())
                .containsExactly("proj_v plain 4x6");
        assertThat(new NamedTensors()
                        .with("a.weight_g", DType.I64, 4, 1)
                        .with("a.weight_v", 4, 6)
                        .weights())
                .containsExactly("a.weight_v plain 4x6");
    }

    @ParameterizedTest(name = "[{0}], u {1}, v {2}")
    @CsvSource({
        "'40 20', 40, 20, DIM_0",
        "'7 5 3 3', 7, 45, DIM_0",
        "'6 4 3 3', 4, 54, DIM_1",
        "'4 3 3 3', 3, 36, DIM_1",
        "'64 64 3 3', 64, 576, EITHER",
        "'10 10', 10, 10, EITHER"
    })
    void theLengthsOfUAndVTellTheOrientation(String weight, long u, long v, Orientation orientation) {
        NamedTensors legacy = new NamedTensors()
                .with("a.weight_orig", dims(weight))
                .with("a.weight_u", u)
                .with("a.weight_v", v);
        NamedTensors parametrized = new NamedTensors()
                .with("a.parametrizations.weight.original", dims(weight))
                .with("a.parametrizations.weight.0._u", u)
                .with("a.parametrizations.weight.0._v", v);
        for (NamedTensors tensors : List.of(legacy, parametrized)) {
            assertThat(tensors.recipe()).isInstanceOfSatisfying(SpectralNorm.class, norm -> {
                assertThat(norm.orientation()).isEqualTo(orientation);
                assertThat(norm.parts()).extracting(part -> part.shape().rank()).endsWith(1, 1);
            });
            EffectiveWeight found = tensors.map().weights().get(0);
            assertThat(found.name()).isEqualTo("a.weight");
            assertThat(found.dim()).isEqualTo(orientation == Orientation.DIM_1 ? 1 : 0);
            assertThat(found.rows()).isEqualTo(u);
            assertThat(found.cols()).isEqualTo(v);
            assertThat(tensors.roles()).allMatch(role -> role.endsWith(" parametrization -> a.weight"));
        }
    }

    @Test
    void thePlainWeightStaysBesideTheEffectiveOne() {
        assertThat(new NamedTensors()
                        .with("a.weight", 4, 6)
                        .with("a.weight_orig", 4, 6)
                        .with("a.weight_u", 4)
                        .with("a.weight_v", 6)
                        .weights())
                .containsExactly("a.weight plain 4x6", "a.weight spectral_norm 4x6");
    }

    @Test
    void realSpectralNormIsNotTorchs() {
        NamedTensors tensors =
                new NamedTensors().with("a.weight_orig", 8, 4, 3, 3).with("a.weight_u", 1, 8, 20, 20);
        assertThat(tensors.weights()).containsExactly("a.weight_orig plain 8x36", "a.weight_u plain 1x3200");
        assertThat(tensors.roles()).containsExactly("a.weight_orig weight", "a.weight_u buffer");
    }

    @Test
    void weightBarIsNotTorchs() {
        NamedTensors tensors = new NamedTensors()
                .with("a.weight_bar", 8, 4)
                .with("a.weight_u", 8)
                .with("a.weight_v", 4);
        assertThat(tensors.weights()).containsExactly("a.weight_bar plain 8x4");
        assertThat(tensors.roles()).containsExactly("a.weight_bar weight", "a.weight_u buffer", "a.weight_v buffer");
    }

    @Test
    void vectorsOfOtherLengthsAreNoSpectralNorm() {
        assertThat(new NamedTensors()
                        .with("a.weight_orig", 8, 4)
                        .with("a.weight_u", 8)
                        .with("a.weight_v", 5)
                        .weights())
                .containsExactly("a.weight_orig plain 8x4");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0.base", "1._u", "0._extra"})
    void whatAParametrizationDoesIsNotGuessed(String other) {
        NamedTensors tensors = new NamedTensors()
                .with("a.parametrizations.weight.original", 8, 8)
                .with("a.parametrizations.weight." + other, 8, 8)
                .with("a.bias", 8);
        assertThat(tensors.recipe())
                .isInstanceOfSatisfying(
                        Parametrized.class,
                        made -> assertThat(made.original().name()).isEqualTo("a.parametrizations.weight.original"));
        assertThat(tensors.roles())
                .containsExactly(
                        "a.parametrizations.weight.original parametrization -> a.weight",
                        "a.parametrizations.weight." + other + " parametrization -> a.weight",
                        "a.bias bias");
    }

    @Test
    void parametrizationsOnTopOfANormHideTheWeight() {
        assertThat(new NamedTensors()
                        .with("a.parametrizations.weight.original0", 8, 1)
                        .with("a.parametrizations.weight.original1", 8, 4)
                        .with("a.parametrizations.weight.1.base", 8, 8)
                        .with("b.parametrizations.weight.original", 8, 4)
                        .with("b.parametrizations.weight.0._u", 8)
                        .with("b.parametrizations.weight.0._v", 4)
                        .with("b.parametrizations.weight.1._u", 8)
                        .with("b.parametrizations.weight.1._v", 4)
                        .weights())
                .containsExactly("a.weight parametrized 8x4", "b.weight parametrized 8x4");
    }

    @Test
    void aNormalizedConvolutionThatIsListedTwiceIsOneWeight() {
        NamedTensors tensors = new NamedTensors()
                .with("conv1.weight_g", 4, 1)
                .with("conv1.weight_v", 4, 6)
                .tied("net.0.weight_g", "conv1.weight_g")
                .tied("net.0.weight_v", "conv1.weight_v");
        assertThat(tensors.weights()).containsExactly("conv1.weight weight_norm 4x6");
        assertThat(tensors.map().aliasOf(2)).isEqualTo("conv1.weight_g");
        assertThat(tensors.map().aliasOf(0)).isNull();
    }

    @Test
    void directionsSharedByTwoMagnitudesAreTwoWeights() {
        assertThat(new NamedTensors()
                        .with("a.weight_g", 4, 1)
                        .with("a.weight_v", 4, 6)
                        .with("b.weight_g", 4, 1)
                        .tied("b.weight_v", "a.weight_v")
                        .tied("c.weight", "a.weight_v")
                        .weights())
                .containsExactly("a.weight weight_norm 4x6", "b.weight weight_norm 4x6", "c.weight plain 4x6");
    }

    @Test
    void theStateOfAnOptimizerIsNoWeight() {
        NamedTensors tensors = new NamedTensors()
                .with("optimizer.state.exp_avg.a.weight_g", 4, 1)
                .with("optimizer.state.exp_avg.a.weight_v", 4, 6);
        assertThat(tensors.weights()).isEmpty();
        assertThat(tensors.roles()).allMatch(role -> role.endsWith(" optimizer"));
    }

    @Test
    void partsAreFoundByIndexSourceFirst() {
        WeightMap map = new NamedTensors()
                .with("a.weight_g", 4, 1)
                .with("a.weight_v", 4, 6)
                .map();
        EffectiveWeight weight = map.weights().get(0);
        assertThat(map.parts(weight)).containsExactly(1, 0);
        assertThat(map.source(weight)).isEqualTo(1);
        assertThat(weight.source()).extracting(StoredTensor::name).isEqualTo("a.weight_v");
    }
}
