package org.normscope.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void countsElements() {
        assertThat(Shape.of(3, 4, 5).elements()).isEqualTo(60);
        assertThat(Shape.of().elements()).isEqualTo(1);
        assertThat(Shape.of(3, 0, 5).elements()).isZero();
        assertThat(Shape.of(Long.MAX_VALUE).elements()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusesMoreElementsThanALongCounts() {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Shape.of(1L << 32, 1L << 31));
    }

    @Test
    void aZeroDoesNotHideAnOverflow() {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Shape.of(0, 1L << 32, 1L << 31));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Shape.of(1L << 32, 1L << 31, 0));
    }

    @Test
    void refusesNegativeDimensions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(3, -1))
                .withMessageContaining("negative dimension -1");
    }

    @Test
    void isNotChangedFromOutside() {
        List<Long> dims = new ArrayList<>(List.of(2L, 3L));
        Shape shape = new Shape(dims);
        dims.set(0, 9L);
        assertThat(shape).isEqualTo(Shape.of(2, 3)).hasToString("[2, 3]");
    }

    @Test
    void showsItsTwoDimensionalView() {
        assertThat(Shape.of(8, 4, 3).rows()).isEqualTo(8);
        assertThat(Shape.of(8, 4, 3).columns()).isEqualTo(12);
        assertThat(Shape.of(8).columns()).isEqualTo(1);
    }
}
