package org.normscope.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.normscope.parity.Numbers.assertClose;
import static org.normscope.parity.Numbers.ramp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;

class WeightNormalizationTest {
    private static final WeightNormalization LEGACY = WeightNormalization.of(KeyLayout.LEGACY);
    private static final double NAN = Double.NaN;

    @Test
    void aLinearLayerOf20And40HasMagnitudes40By1AndDirections40By20() {
        WeightParameter parameter = LEGACY.register(ramp(40, 20));
        assertThat(parameter.g().shape()).isEqualTo(Shape.of(40, 1));
        assertThat(parameter.v().shape()).isEqualTo(Shape.of(40, 20));
        assertThat(parameter.stateDict().keySet()).containsExactly("weight_g", "weight_v");
        assertThat(WeightNormalization.of(KeyLayout.PARAMETRIZED)
                        .withName("weight_hh_l0")
                        .register(ramp(3, 2))
                        .stateDict()
                        .keySet())
                .containsExactly("parametrizations.weight_hh_l0.original0", "parametrizations.weight_hh_l0.original1");
    }

    @Test
    void everyRowHasItsLength() {
        WeightParameter parameter = LEGACY.register(DenseTensor.of(Shape.of(2, 2), 3, 4, 0, -2));
        assertThat(parameter.g().values()).containsExactly(5, 2);
        assertThat(parameter.weight().values()).containsExactly(3, 4, 0, -2);
    }

    @Test
    void aVectorIsTakenEntryByEntryOrAsAWhole() {
        DenseTensor vector = DenseTensor.of(Shape.of(2), 3, -4);
        assertThat(LEGACY.register(vector).g()).isEqualTo(DenseTensor.of(Shape.of(2), 3, 4));
        assertThat(LEGACY.withDim(-1).register(vector).g()).isEqualTo(DenseTensor.of(Shape.of(), 5));
        assertThat(LEGACY.withDim(null).register(vector).g()).isEqualTo(DenseTensor.of(Shape.of(), 5));
        assertThat(LEGACY.withDim(null).register(DenseTensor.of(Shape.of(), -3)).g())
                .isEqualTo(DenseTensor.of(Shape.of(), 3));
    }

    @Test
    void minusOneIsTheWholeTensorAndMinusTwoTheLastDimensionButOne() {
        assertThat(LEGACY.withDim(-1).register(ramp(4, 2, 3)).g())
                .isEqualTo(LEGACY.withDim(null).register(ramp(4, 2, 3)).g());
        assertThat(LEGACY.withDim(-2).register(ramp(4, 2, 3)).g())
                .isEqualTo(LEGACY.withDim(1).register(ramp(4, 2, 3)).g());
    }

    @Test
    void magnitudesScaleTheirSliceAndMayBeNegative() {
        DenseTensor v = DenseTensor.of(Shape.of(2, 2), 3, 6, 4, 8);
        DenseTensor g = DenseTensor.of(Shape.of(1, 2), -10, 5);
        assertThat(LEGACY.withDim(1).load(g, v).weight().values()).containsExactly(-6, 3, -8, 4);
    }

    @Test
    void theLengthOfTheDirectionsDoesNotMatter() {
        double[] longer = Arrays.stream(ramp(4, 2, 3).values()).map(x -> 8 * x).toArray();
        for (@Nullable Integer dim : new Integer[] {0, 1, 2, null}) {
            WeightNormalization settings = LEGACY.withDim(dim);
            DenseTensor g = settings.register(ramp(4, 2, 3)).g();
            DenseTensor weight =
                    settings.load(g, DenseTensor.of(Shape.of(4, 2, 3), longer)).weight();
            assertClose("dim " + dim, weight.values(), ramp(4, 2, 3).values(), 1e-15);
        }
    }

    @Test
    void aSliceOfZerosIsNaNAndNoOther() {
        DenseTensor dead = DenseTensor.of(Shape.of(3, 2), 3, 4, 0, 0, -1, 0);
        assertThat(LEGACY.register(dead).weight().values()).containsExactly(3, 4, NAN, NAN, -1, 0);
        DenseTensor across = DenseTensor.of(Shape.of(2, 3), 3, 0, -1, 4, 0, 0);
        assertThat(LEGACY.withDim(1).register(across).weight().values()).containsExactly(3, NAN, -1, 4, NAN, 0);
        assertThat(LEGACY.withDim(null)
                        .register(DenseTensor.of(Shape.of(1, 2), 0, 0))
                        .weight()
                        .values())
                .containsOnly(NAN);
        DenseTensor g = DenseTensor.of(Shape.of(3, 1), 1, 2, 3);
        assertThat(LEGACY.load(g, dead).weight(DType.F16).values()[3]).isNaN();
    }

    @Test
    void effectiveWeightsAreRoundedOnceToTheStoredType() {
        DenseTensor v = DenseTensor.of(Shape.of(1, 2), 1, 1);
        WeightParameter parameter = LEGACY.load(DenseTensor.of(Shape.of(1, 1), 1), v);
        double exact = 1 / Math.sqrt(2);
        assertThat(parameter.weight(DType.F32).values()).containsOnly((float) exact);
        assertThat(parameter.weight(DType.BF16).values()).containsOnly(0.70703125);
        assertThat(parameter.weight(DType.F64).values()).containsOnly(exact);
    }

    @Test
    void whatMakesNoSenseIsRefusedWithACure() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LEGACY.withDim(2).register(ramp(4, 3)))
                .withMessageContainingAll("dim 2 is out of range", "-2 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LEGACY.withDim(-3).register(ramp(4, 3)))
                .withMessageContaining("dim -3 is out of range");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LEGACY.load(ramp(4), ramp(4, 3)))
                .withMessageContainingAll("g has shape [4]", "needs [4, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LEGACY.withDim(null).load(ramp(1), ramp(4, 3)))
                .withMessageContainingAll("dim None needs []");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LEGACY.withName("a.b"))
                .withMessageContaining("'a.b'");
    }
}
