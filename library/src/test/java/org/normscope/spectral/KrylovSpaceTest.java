package org.normscope.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Matrix;

class KrylovSpaceTest {
    private static KrylovSpace grown(DenseOperator operator, int block, int steps, long seed) {
        int m = operator.w().cols();
        KrylovSpace space = new KrylovSpace(new RandomStart(seed, "space", 0).gaussian(m, block));
        for (int step = 0; step < steps && !space.isInvariant(); step++) {
            space.extend(operator.multiply(space.next()).y());
        }
        return space;
    }

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {1, 2, 3, 8})
    void theLargestEigenvalueOfTIsTheOneOfTheFullDecomposition(int block) {
        for (long seed = 0; seed < 10; seed++) {
            DenseOperator operator = new DenseOperator(Matrices.gaussian(90, 60, seed));
            BlockTridiagonal t = grown(operator, block, 5, seed).projection();
            double[] values = Decompositions.eigenSymmetric(t.dense()).values();
            double theta = values[values.length - 1];
            double found = t.largestEigenvalue(0, operator.frobenius() * operator.frobenius());
            assertThat(found).as("seed %d", seed).isCloseTo(theta, within(1e-13 * theta));
            assertThat(t.isAbove(theta * (1 + 1e-12))).isTrue();
            assertThat(t.isAbove(theta * (1 - 1e-12))).isFalse();
            assertThat(t.trace()).isCloseTo(Arrays.stream(values).sum(), within(1e-11 * theta));
            assertThat(t.steps()).isEqualTo(5);
            residual(t, found);
        }
    }

    private static void residual(BlockTridiagonal t, double theta) {
        Matrix x = t.leadingEigenvector(theta);
        Matrix image = SmallBlocks.times(t.dense(), x);
        Panel.axpy(-theta, x.values(), 0, image.values(), 0, x.rows());
        assertThat(SmallBlocks.frobenius(x)).isCloseTo(1, within(1e-14));
        assertThat(SmallBlocks.frobenius(image)).isLessThan(1e-12 * theta);
    }

    @ParameterizedTest(name = "blocks of {0}")
    @ValueSource(ints = {1, 2, 5, 8})
    void ritzPairsAreOrthonormalAndAsFarFromEigenpairsAsTheirResidual(int block) {
        DenseOperator operator = new DenseOperator(Matrices.gaussian(100, 70, 4));
        KrylovSpace space = grown(operator, block, 6, 4);
        KrylovSpace.RitzPairs pairs = space.ritzPairs(3, Double.NaN);
        Matrix x = space.vectors(pairs);
        Matrix y = operator.multiply(x).y();
        double worst = 0;
        for (int k = 0; k < 3; k++) {
            Matrix image = y.columns(k, k + 1);
            Panel.axpy(-pairs.values()[k], x.values(), k * 70, image.values(), 0, 70);
            worst = Math.max(worst, SmallBlocks.frobenius(image));
        }
        assertThat(space.largestResidual(pairs)).isCloseTo(worst, within(1e-10 * pairs.values()[0]));
        Matrix gram = Panel.transposeTimes(x, x);
        for (int i = 0; i < 9; i++) {
            assertThat(gram.values()[i]).isCloseTo(i % 4 == 0 ? 1 : 0, within(1e-12));
        }
    }

    @Test
    void theBasisStaysOrthogonalThroughAHundredStepsOverAClusteredSpectrum() {
        double[] sigmas = new double[200];
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = i < 5 ? 10 - 1e-4 * i : Math.pow(0.9, i);
        }
        DenseOperator operator = new DenseOperator(Matrices.withSpectrum(sigmas));
        KrylovSpace space = grown(operator, 2, 90, 7);
        int order = space.projection().dense().rows();
        KrylovSpace.RitzPairs pairs = space.ritzPairs(order, Double.NaN);
        Matrix x = space.vectors(pairs);
        Matrix gram = Panel.transposeTimes(x, x);
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                assertThat(gram.get(i, j)).isCloseTo(i == j ? 1 : 0, within(1e-11));
            }
        }
        assertThat(Math.sqrt(pairs.values()[0])).isCloseTo(10, within(1e-12));
        assertThat(Math.sqrt(pairs.values()[4])).isCloseTo(10 - 4e-4, within(1e-9));
    }

    @Test
    void identityBreaksDownAtOnceAndZeroToo() {
        KrylovSpace space = grown(new DenseOperator(Matrix.identity(40)), 8, 5, 1);
        assertThat(space.isInvariant()).isTrue();
        assertThat(space.projection().steps()).isEqualTo(1);
        assertThat(space.projection().logGrowth(1.5)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(space.projection().logGrowth(0.5)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(grown(new DenseOperator(Matrix.zeros(40, 40)), 8, 5, 1).isInvariant())
                .isTrue();
    }

    @Test
    void aStartWithDependentColumnsIsNarrowed() {
        Matrix start = Matrices.filled(30, 4, (i, j) -> j <= 2 ? Math.sin(i * j) : Math.sin(i) + Math.sin(2 * i));
        assertThat(OrthonormalBlock.of(start, 1e-12).q().cols()).isEqualTo(2);
    }

    @ParameterizedTest(name = "rank {0}")
    @ValueSource(ints = {1, 3, 5, 6})
    void factorsReproduceTheBlock(int rank) {
        Matrix y = SmallBlocks.times(Matrices.gaussian(40, rank, 1), Matrices.gaussian(rank, 6, 2));
        OrthonormalBlock block = OrthonormalBlock.of(y, 1e-10);
        assertThat(block.q().cols()).isEqualTo(rank);
        Matrix product = SmallBlocks.times(block.q(), block.r());
        for (int i = 0; i < y.values().length; i++) {
            assertThat(product.values()[i]).isCloseTo(y.values()[i], within(1e-13));
        }
        Matrix gram = Panel.transposeTimes(block.q(), block.q());
        for (int i = 0; i < rank * rank; i++) {
            assertThat(gram.values()[i]).isCloseTo(i % (rank + 1) == 0 ? 1 : 0, within(1e-13));
        }
    }
}
