package org.normscope.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.normscope.tensor.Shape;

class MatrixShapeTest {
    @Test
    void dimensionZeroBecomesTheRowsAndAllOthersTheColumns() {
        assertThat(MatrixShape.of(Shape.of(8, 4, 3, 3))).isEqualTo(new MatrixShape(8, 36));
        assertThat(MatrixShape.of(Shape.of(5, 7))).isEqualTo(new MatrixShape(5, 7));
        assertThat(MatrixShape.of(Shape.of(5))).isEqualTo(new MatrixShape(5, 1));
        assertThat(MatrixShape.of(Shape.of())).isEqualTo(new MatrixShape(1, 1));
    }

    @Test
    void emptyMatricesKeepTheirSides() {
        assertThat(MatrixShape.of(Shape.of(0, 5))).isEqualTo(new MatrixShape(0, 5));
        assertThat(MatrixShape.of(Shape.of(5, 0, 9))).isEqualTo(new MatrixShape(5, 0));
        assertThat(new MatrixShape(0, 5).isEmpty()).isTrue();
        assertThat(new MatrixShape(5, 0).isEmpty()).isTrue();
        assertThat(new MatrixShape(1, 1).isEmpty()).isFalse();
    }

    @Test
    void theLongSideIsTheRowsOfATallMatrixAndASquareIsTall() {
        assertThat(new MatrixShape(7, 3).isTall()).isTrue();
        assertThat(new MatrixShape(3, 3).isTall()).isTrue();
        assertThat(new MatrixShape(3, 7).isTall()).isFalse();
        assertThat(new MatrixShape(3, 7).longSide()).isEqualTo(7);
        assertThat(new MatrixShape(3, 7).shortSide()).isEqualTo(3);
    }
}
