package org.normscope.weightnorm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.normscope.tensor.Shape;

class SliceNormsTest {
    /** Golden values of torch: W[i] = sin(0.7 i i + 1.3 i + 0.1), shape [4, 2, 3]. */
    private static final double[] RAMP = ramp(24);

    private static final Shape SHAPE = Shape.of(4, 2, 3);

    @Test
    void normsAlongEveryDimensionAreThoseOfTorch() {
        assertThat(whole(RAMP, SHAPE, 0).norms())
                .containsExactly(
                        new double[] {1.756770293809, 2.095858885782, 1.901737650287, 1.838199364011}, within(1e-12));
        assertThat(whole(RAMP, SHAPE, 1).norms())
                .containsExactly(new double[] {2.626852751527, 2.752107183322}, within(1e-12));
        assertThat(whole(RAMP, SHAPE, 2).norms())
                .containsExactly(new double[] {1.889351841345, 1.977086178742, 2.644981888052}, within(1e-12));
        assertThat(whole(RAMP, SHAPE, null).norms()).containsExactly(new double[] {3.804530105899}, within(1e-12));
    }

    @Test
    void partsThatCutSlicesAnywhereMergeToTheWhole() {
        for (@Nullable Integer dim : new Integer[] {0, 1, 2, null}) {
            for (int cut = 0; cut <= RAMP.length; cut++) {
                SliceNorms left = part(RAMP, SHAPE, dim, 0, cut);
                left.merge(part(RAMP, SHAPE, dim, cut, RAMP.length));
                assertThat(left.norms())
                        .as("dim %s cut %d", dim, cut)
                        .containsExactly(whole(RAMP, SHAPE, dim).norms(), within(1e-15));
            }
        }
    }

    @Test
    void mergingInOrderGivesTheSameBitsHoweverPartsAreSpread() {
        double[] values = new SplittableRandom(3).doubles(600, -1, 1).toArray();
        Shape shape = Shape.of(5, 120);
        SliceNorms oneByOne = part(values, shape, 0, 0, 100);
        for (int from = 100; from < 600; from += 100) {
            oneByOne.merge(part(values, shape, 0, from, from + 100));
        }
        SliceNorms again = part(values, shape, 0, 0, 100);
        for (int from = 100; from < 600; from += 100) {
            again.merge(part(values, shape, 0, from, from + 100));
        }
        assertThat(oneByOne.norms()).containsExactly(again.norms());
    }

    @Test
    void tinyAndHugeEntriesNeitherVanishNorOverflow() {
        double[] values = {3e-300, 4e-300, 3e300, 4e300, 0, 0, 1e300, 1e-300};
        assertThat(whole(values, Shape.of(4, 2), 0).norms())
                .containsExactly(new double[] {5e-300, 5e300, 0, 1e300}, within(1e285));
        assertThat(whole(values, Shape.of(4, 2), 0).norm(0)).isCloseTo(5e-300, within(1e-314));
    }

    @Test
    void aVectorAlongItsOnlyDimensionIsTakenEntryByEntry() {
        assertThat(whole(new double[] {3, -4}, Shape.of(2), 0).norms()).containsExactly(3, 4);
        assertThat(whole(new double[] {3, -4}, Shape.of(2), null).norms()).containsExactly(5);
    }

    @Test
    void refusesADimensionThatIsNotThere() {
        assertThatThrownBy(() -> new SliceNorms(SHAPE, 3)).hasMessageContaining("no dimension 3");
        assertThatThrownBy(() -> new SliceNorms(SHAPE, -1)).hasMessageContaining("no dimension -1");
    }

    private static SliceNorms whole(double[] values, Shape shape, @Nullable Integer dim) {
        return part(values, shape, dim, 0, values.length);
    }

    private static SliceNorms part(double[] values, Shape shape, @Nullable Integer dim, int from, int to) {
        SliceNorms norms = new SliceNorms(shape, dim);
        norms.add(java.util.Arrays.copyOfRange(values, from, to), to - from, from);
        return norms;
    }

    private static double[] ramp(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.sin(0.7 * i * i + 1.3 * i + 0.1);
        }
        return values;
    }
}
