package org.normscope.rewrite.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.normscope.bound.Certificate;
import org.normscope.bound.Interval;

class RelationTest {
    private static Interval interval(double lower, double upper) {
        return Interval.around(lower, lower, upper, Certificate.PROBABILISTIC, 1e-12);
    }

    /** For 2 x 2 matrices both norms have a closed form. */
    @Test
    void bothIntervalsHoldTheNormsOfRandomMatrices() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            double[] old = random.doubles(4, -1, 1).toArray();
            double[] d = random.doubles(2, -2, 2).toArray();
            double size = Math.pow(10, random.nextDouble(-6, 1));
            double[] now = new double[4];
            double rest = 0;
            boolean rows = random.nextBoolean();
            for (int k = 0; k < 4; k++) {
                double e = size * random.nextDouble(-1, 1);
                now[k] = d[rows ? k / 2 : k % 2] * old[k] + e;
                rest += e * e;
            }
            double low = Math.min(Math.abs(d[0]), Math.abs(d[1]));
            double high = Math.max(Math.abs(d[0]), Math.abs(d[1]));
            Relation relation = new Relation(low, high, Math.sqrt(rest) * (1 + 1e-14), null);
            String about = "seed " + seed + ", matrix " + i;
            assertHolds(about, relation.forward(interval(norm(old), norm(old))).orElseThrow(), norm(now));
            assertHolds(about, relation.backward(interval(norm(now), norm(now))).orElseThrow(), norm(old));
        }
    }

    private static void assertHolds(String about, Interval found, double norm) {
        assertThat(found.lower().value()).as(about).isLessThanOrEqualTo(norm * (1 + 1e-14));
        assertThat(found.upper().orElseThrow().value()).as(about).isGreaterThanOrEqualTo(norm * (1 - 1e-14));
    }

    private static double norm(double[] m) {
        double square = m[0] * m[0] + m[1] * m[1] + m[2] * m[2] + m[3] * m[3];
        double det = m[0] * m[3] - m[1] * m[2];
        return Math.sqrt((square + Math.sqrt(Math.max(0, square * square - 4 * det * det))) / 2);
    }

    @Test
    void boundsMoveOutwardsAndDoNotMix() {
        Relation relation = new Relation(0.5, 2, 0.25, null);
        Interval forward = relation.forward(interval(2, 3)).orElseThrow();
        assertThat(forward.lower().value()).isBetween(0.75 - 1e-15, Math.nextDown(0.75));
        assertThat(forward.upper().orElseThrow().value()).isBetween(Math.nextUp(6.25), 6.25 + 1e-14);
        Interval backward = relation.backward(interval(2, 3)).orElseThrow();
        assertThat(backward.lower().value()).isBetween(0.875 - 1e-15, Math.nextDown(0.875));
        assertThat(backward.upper().orElseThrow().value()).isBetween(Math.nextUp(6.5), 6.5 + 1e-14);
        assertThat(forward.certificate()).isEqualTo(Certificate.PROBABILISTIC);
        assertThat(forward.failureProbability()).isEqualTo(1e-12);
    }

    @Test
    void aRestLargerThanTheNormLeavesZeroBelow() {
        Relation relation = new Relation(1, 1, 5, null);
        assertThat(relation.forward(interval(2, 3)).orElseThrow().lower().value())
                .isZero();
        assertThat(relation.backward(interval(2, 3)).orElseThrow().lower().value())
                .isZero();
    }

    @Test
    void whatIsTheSameKeepsItsInterval() {
        Interval known = interval(2, 3);
        assertThat(Relation.IDENTITY.forward(known)).containsSame(known);
        assertThat(Relation.IDENTITY.backward(known)).containsSame(known);
    }

    /** An exact norm times a rounded factor is as good as one of which every rounding was counted. */
    @Test
    void aCertificateIsNeverStrongerThanWhatItFollowsFrom() {
        Relation relation = new Relation(0.5, 0.5, 0, null);
        Interval exact = Interval.around(1, 1, 1, Certificate.EXACT, 0);
        assertThat(relation.forward(exact).orElseThrow().certificate()).isEqualTo(Certificate.RIGOROUS);
        Interval lower = Interval.lowerOnly(1, 2);
        assertThat(relation.forward(lower).orElseThrow().upper()).isEmpty();
        assertThat(relation.backward(lower).orElseThrow().certificate()).isEqualTo(Certificate.LOWER_ONLY);
    }

    @Test
    void whatLeavesTheRangeOfDoubleIsNotSaid() {
        Relation relation = new Relation(1e200, 1e200, 0, null);
        assertThat(relation.forward(interval(1e200, 1e200))).isEmpty();
        assertThat(new Relation(1e-200, 1e-200, 0, null).backward(interval(1e200, 1e200)))
                .isEmpty();
    }

    @Test
    void aRelationThatSaysNothingIsRefused() {
        double[][] wrong = {{0, 1, 0}, {2, 1, 0}, {1, 1, -1}, {1, 1, Double.NaN}, {1, Double.POSITIVE_INFINITY, 0}};
        for (double[] one : wrong) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Relation(one[0], one[1], one[2], null));
        }
    }
}
