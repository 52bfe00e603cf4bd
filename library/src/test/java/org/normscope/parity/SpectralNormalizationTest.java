package org.normscope.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.normscope.parity.Numbers.assertClose;
import static org.normscope.parity.Numbers.ramp;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

class SpectralNormalizationTest {
    private static final SpectralNormalization LEGACY = SpectralNormalization.of(KeyLayout.LEGACY);

    private static DenseTensor tensor(long rows, long cols, double... values) {
        return DenseTensor.of(Shape.of(rows, cols), values);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void aLinearLayerOf20And40HasAUOf40Entries() {
        for (KeyLayout layout : KeyLayout.values()) {
            SpectralParameter parameter = SpectralNormalization.of(layout).register(ramp(40, 20), 1);
            assertThat(parameter.u()).hasSize(40);
            assertThat(parameter.v()).hasSize(20);
        }
        assertThat(LEGACY.register(ramp(40, 20), 1).stateDict().keySet())
                .containsExactly("weight_orig", "weight_u", "weight_v");
    }

    @ParameterizedTest(name = "{0}: rows are dim {1}")
    @CsvSource({
        "Linear, 0",
        "Embedding, 0",
        "Bilinear, 0",
        "Conv1d, 0",
        "Conv3d, 0",
        "ConvTranspose1d, 1",
        "ConvTranspose2d, 1",
        "ConvTranspose3d, 1",
        "LazyConvTranspose2d, 1"
    })
    void onlyTransposedConvolutionsHaveTheirRowsInDimensionOne(String kind, int dim) {
        assertThat(LEGACY.forModule(kind).dim()).isEqualTo(dim);
    }

    @Test
    void aGroupedTransposedConvolutionHasOneEntryOfUForEveryOutputOfAGroup() {
        SpectralParameter parameter = LEGACY.forModule("ConvTranspose2d").register(ramp(4, 3, 3, 3), 1);
        assertThat(parameter.u()).hasSize(3);
        assertThat(parameter.v()).hasSize(36);
    }

    @ParameterizedTest
    @EnumSource
    void oneIterationFindsTheNormOfAMatrixOfRankOne(KeyLayout layout) {
        double[] a = {1, -2, 2};
        double[] b = {2, 3, 6, 0};
        double[] outer = new double[12];
        for (int i = 0; i < 12; i++) {
            outer[i] = a[i / 4] * b[i % 4];
        }
        SpectralParameter trained = SpectralNormalization.of(layout)
                .load(tensor(3, 4, outer), new double[] {1, 0, 0}, new double[] {0, 0, 1, 0})
                .trained();
        assertThat(trained.sigma()).isCloseTo(21, within(1e-13));
        assertThat(Math.abs(trained.u()[1])).isCloseTo(2.0 / 3, within(1e-15));
        assertThat(Math.abs(trained.v()[2])).isCloseTo(6.0 / 7, within(1e-15));
        assertClose(
                "weight",
                trained.weight().values(),
                Arrays.stream(outer).map(w -> w / 21).toArray(),
                1e-14);
    }

    @ParameterizedTest(name = "after {0} iterations")
    @CsvSource({"1, 2.70997860231, 2.68472551691", "2, 2.71567739402, 2.71480393290", "3, 2.71720336284, 2.71711028403"
    })
    void theOrdersOfTheHalfStepsDiffer(int iterations, double legacy, double parametrized) {
        for (KeyLayout layout : KeyLayout.values()) {
            SpectralParameter trained = SpectralNormalization.of(layout)
                    .withPowerIterations(iterations)
                    .load(ramp(4, 6), halves(4, 2), halves(6, Math.sqrt(6)))
                    .trained();
            assertThat(trained.sigma()).isCloseTo(layout == KeyLayout.LEGACY ? legacy : parametrized, within(1e-11));
        }
    }

    private static double[] halves(int count, double length) {
        return Arrays.stream(ones(count)).map(x -> x / length).toArray();
    }

    @Test
    void aNegativeSigmaTurnsTheSign() {
        SpectralParameter parameter = LEGACY.load(tensor(1, 2, 3, 4), new double[] {1}, new double[] {-0.6, -0.8});
        assertThat(parameter.sigma()).isCloseTo(-5, within(1e-15));
        assertClose("weight", parameter.weight().values(), new double[] {-0.6, -0.8}, 1e-15);
    }

    @Test
    void storedVectorsGiveSigmaWithoutAnyIteration() {
        SpectralParameter parameter = LEGACY.load(tensor(2, 2, 5, 0, 0, 1), new double[] {0, 1}, new double[] {0, 1});
        assertThat(parameter.sigma()).isEqualTo(1);
        assertThat(parameter.weight().values()).containsExactly(5, 0, 0, 1);
    }

    @ParameterizedTest
    @EnumSource
    void aZeroMatrixIsNaNThroughout(KeyLayout layout) {
        SpectralParameter parameter = SpectralNormalization.of(layout)
                .register(DenseTensor.of(Shape.of(2, 3, 1), new double[6]), 4)
                .trained();
        assertThat(parameter.u()).containsOnly(0);
        assertThat(parameter.v()).containsOnly(0);
        assertThat(parameter.sigma()).isZero();
        assertThat(parameter.weight().values()).containsOnly(Double.NaN);
        assertThat(parameter.weight(DType.BF16).values()).containsOnly(Double.NaN);
    }

    @Test
    void aTinyMatrixShrinksItsVectorsBecauseOfEps() {
        SpectralParameter registered = SpectralNormalization.of(KeyLayout.PARAMETRIZED)
                .register(tensor(2, 2, 1e-13, 0, 0, 1e-13), new double[] {1, 0}, new double[] {1, 0});
        assertThat(registered.sigma()).isCloseTo(1e-72, within(1e-84));
        SpectralParameter trained = registered.trained();
        assertThat(trained.sigma()).isCloseTo(1e-76, within(1e-88));
        assertThat(trained.weight().values()[0]).isCloseTo(1e63, within(1e51));
    }

    @Test
    void aVectorIsAColumnInTheLegacyLayout() {
        DenseTensor weight = DenseTensor.of(Shape.of(2), 3, -4);
        SpectralParameter trained =
                LEGACY.load(weight, new double[] {1, 0}, new double[] {1}).trained();
        assertThat(trained.v()).containsExactly(1);
        assertClose("weight", trained.weight().values(), new double[] {0.6, -0.8}, 1e-15);
    }

    @Test
    void aVectorHasNoVectorsInTheParametrizedLayout() {
        SpectralParameter parameter = SpectralNormalization.of(KeyLayout.PARAMETRIZED)
                .withDim(-1)
                .register(DenseTensor.of(Shape.of(2), 3, -4), 1)
                .trained();
        assertThat(parameter.stateDict().keySet()).containsExactly("parametrizations.weight.original");
        assertThat(parameter.sigma()).isEqualTo(5);
        assertThat(parameter.weight().values()).containsExactly(0.6, -0.8);
        assertThat(parameter.u()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {0, 1, 2, 3, -7})
    void sigmaNeverExceedsTheNormAndTheWeightIsNeverBelowOne(long seed) {
        Matrix matrix = ramp(5, 7).matrix(0);
        double norm = Decompositions.singularValues(matrix)[0];
        for (KeyLayout layout : KeyLayout.values()) {
            SpectralParameter parameter = SpectralNormalization.of(layout).register(ramp(5, 7), seed);
            assertThat(Math.abs(parameter.sigma())).isLessThanOrEqualTo(norm * (1 + 1e-15));
            double layer = Decompositions.singularValues(parameter.weight().matrix(0))[0];
            assertThat(layer).isGreaterThanOrEqualTo(1 - 1e-15);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {0, 1, 2})
    void fifteenIterationsAreCloseEvenWhereSingularValuesCrowd(long seed) {
        double[] diagonal = new double[64 * 64];
        for (int i = 0; i < 64; i++) {
            diagonal[65 * i] = i == 0 ? 1 : i == 1 ? 0.999 : 0.5;
        }
        double sigma = SpectralNormalization.of(KeyLayout.PARAMETRIZED)
                .register(tensor(64, 64, diagonal), seed)
                .sigma();
        assertThat(sigma).isBetween(0.9985, 1.0);
    }

    @Test
    void theStartFollowsFromTheSeedAndTheName() {
        double[] u = LEGACY.register(ramp(6, 4), 11).u();
        assertThat(LEGACY.register(ramp(6, 4), 11).u()).containsExactly(u);
        assertThat(LEGACY.register(ramp(6, 4), 12).u()).doesNotContain(u);
        assertThat(LEGACY.withName("kernel").register(ramp(6, 4), 11).u()).doesNotContain(u);
        assertThat(Arrays.stream(u).map(x -> x * x).sum()).isCloseTo(1, within(1e-15));
    }

    @ParameterizedTest
    @EnumSource
    void scalingAndTransposingTheWeightChangeSigmaAsTheyMust(KeyLayout layout) {
        SpectralNormalization settings = SpectralNormalization.of(layout);
        double sigma = settings.register(ramp(5, 3), ones(5), ones(3)).trained().sigma();
        double[] scaled = Arrays.stream(ramp(5, 3).values()).map(x -> 4 * x).toArray();
        assertThat(settings.register(tensor(5, 3, scaled), ones(5), ones(3))
                        .trained()
                        .sigma())
                .isEqualTo(4 * sigma);
        double[] transposed = ramp(5, 3).matrix(0).values();
        assertThat(settings.withDim(1)
                        .register(tensor(3, 5, transposed), ones(5), ones(3))
                        .trained()
                        .sigma())
                .isEqualTo(sigma);
    }

    @Test
    void aStoredVIsFoundAgainWithoutIt() {
        DenseTensor original = tensor(3, 2, 1, 2, 3, -1, 2, 5);
        SpectralParameter stored = LEGACY.load(original, new double[] {1, 0, 0}, new double[] {0.6, 0.8})
                .trained();
        SpectralParameter found = LEGACY.loadWithoutV(original, stored.weight(), stored.u());
        assertThat(found.sigma()).isCloseTo(stored.sigma(), within(1e-14));
        // u = norm(W v), and W has full rank: there is one v.
        assertClose("v", found.v(), stored.v(), 1e-13);
    }

    @Test
    void oneZeroMakesAMissingVNaN() {
        DenseTensor original = tensor(2, 2, 1, 0, 0, 2);
        SpectralParameter found = LEGACY.loadWithoutV(original, original, new double[] {0.6, 0.8});
        assertThat(found.sigma()).isNaN();
    }

    @Test
    void whatIsGivenIsCopied() {
        double[] u = {1, 0};
        double[] values = {1, 2, 3, 4};
        SpectralParameter parameter = LEGACY.load(tensor(2, 2, values), u, new double[] {1, 0});
        u[0] = 9;
        values[0] = 9;
        parameter.u()[0] = 9;
        parameter.original().values()[0] = 9;
        assertThat(parameter.sigma()).isEqualTo(1);
    }

    @Test
    void whatMakesNoSenseIsRefusedWithACure() {
        refused(() -> LEGACY.withPowerIterations(0), "n_power_iterations must be positive, not 0", "default is 1");
        refused(() -> LEGACY.withPowerIterations(-3), "not -3");
        refused(() -> LEGACY.withName("net.weight"), "without the module's path");
        refused(() -> LEGACY.withName(""), "no parameter's name");
        refused(() -> LEGACY.withEps(Double.NaN), "eps must be a number");
        refused(() -> LEGACY.withDim(2).register(ramp(4, 3), 1), "dim 2 is out of range", "0 to 1");
        refused(() -> LEGACY.withDim(-1).register(ramp(4, 3), 1), "dim -1 is out of range", "0 to 1");
        SpectralNormalization parametrized = SpectralNormalization.of(KeyLayout.PARAMETRIZED);
        refused(() -> parametrized.withDim(-3).register(ramp(4, 3), 1), "dim -3 is out of range", "-2 to 1");
        refused(() -> LEGACY.register(DenseTensor.of(Shape.of(), 1), 1), "a scalar has no dimension");
        refused(() -> LEGACY.load(ramp(4, 3), ones(3), ones(4)), "3 and 4 entries", "needs 4 and 3");
        refused(() -> LEGACY.loadWithoutV(ramp(4, 3), ramp(3, 4), ones(4)), "two of one shape");
        refused(() -> LEGACY.loadWithoutV(ramp(4, 3), ramp(4, 3), ones(3)), "u has 3 entries");
        refused(() -> parametrized.loadWithoutV(ramp(4, 3), ramp(4, 3), ones(4)), "KeyLayout.LEGACY");
        DenseTensor broken = tensor(1, 2, 1, Double.POSITIVE_INFINITY);
        refused(() -> LEGACY.loadWithoutV(broken, broken, ones(1)), "aren't finite");
        refused(() -> tensor(2, 2, 1, 2, 3), "3 numbers", "4");
        refused(() -> ramp(2, 2).rounded(DType.I8), "I8 can't be written");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable action, String... words) {
        assertThatIllegalArgumentException().isThrownBy(action).withMessageContainingAll(words);
    }
}
