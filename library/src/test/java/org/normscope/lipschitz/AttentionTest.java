package org.normscope.lipschitz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Decompositions;
import org.normscope.linalg.Dense;
import org.normscope.linalg.Matrix;
import org.normscope.lipschitz.Layer.Attention.Head;
import org.normscope.lipschitz.Layer.Attention.Scores;
import org.normscope.lipschitz.Layer.Attention.Scores.Positions;

/** Formulas of MATH.md 4.5 and 4.6 on numbers that can be checked by hand. */
class AttentionTest {
    private static final Conditions TOKENS = Conditions.global(Metric.MAX_TOKEN_L2);
    private static final UpperBound NONE = new UpperBound(0);
    private static final double R = 3;
    private static final Signal BALL = Signal.input(WideBound.of(R));

    private static UpperBound upper(double value) {
        return new UpperBound(value);
    }

    private static double value(@Nullable WideBound bound) {
        assertThat(bound).isNotNull();
        return bound == null ? Double.NaN : bound.narrow().orElseThrow().value();
    }

    /** Norms: queries 2, keys 5, values 7, product of queries and keys 4, of outputs and values 11. */
    private static Head head(double queryBias, double keyBias, double valueBias) {
        return new Head(
                new Layer.Projection(upper(2), upper(queryBias)),
                new Layer.Projection(upper(5), upper(keyBias)),
                new Layer.Projection(upper(7), upper(valueBias)),
                upper(4),
                upper(11));
    }

    private static Layer.Attention attention(Positions positions, Head... heads) {
        Layer.Projection output = new Layer.Projection(upper(13), upper(0.5));
        return new Layer.Attention(List.of(heads), output, new Scores(upper(0.25), positions, null, null));
    }

    @Test
    void oneHeadIsBoundedByItsProducts() {
        Layer.Attention attention = attention(Positions.ELSEWHERE, head(0, 0, 0));
        Signal signal = attention.through(List.of(BALL), TOKENS);
        double sensitivity = 2 * 4 * R * 0.25;
        assertThat(value(signal.lipschitz())).isCloseTo(11 * (1 + R * sensitivity), within(1e-12));
        assertThat(value(signal.radius())).isCloseTo(11 * R + 0.5, within(1e-12));
        assertThat(value(attention.logits(WideBound.of(R)).get(0))).isCloseTo(4 * R * R * 0.25, within(1e-12));
    }

    @Test
    void rotationsKeepQueriesFromMeetingKeys() {
        Layer.Attention attention = attention(Positions.ROTARY, head(0, 0, 0));
        double sensitivity = 2 * 2 * 5 * R * 0.25;
        assertThat(value(attention.through(List.of(BALL), TOKENS).lipschitz()))
                .isCloseTo(11 * (1 + R * sensitivity), within(1e-12));
        assertThat(value(attention.logits(WideBound.of(R)).get(0))).isCloseTo(2 * 5 * R * R * 0.25, within(1e-12));
    }

    @Test
    void biasesEnterScoresAndSizes() {
        Layer.Attention attention = attention(Positions.ELSEWHERE, head(0.1, 0.2, 0.3));
        Signal signal = attention.through(List.of(BALL), TOKENS);
        double cross = 0.1 * 5 + 0.2 * 2;
        double sensitivity = (2 * 4 * R + cross) * 0.25;
        assertThat(value(signal.lipschitz())).isCloseTo(11 * (1 + R * sensitivity), within(1e-12));
        assertThat(value(signal.radius())).isCloseTo(11 * R + 13 * 0.3 + 0.5, within(1e-12));
        assertThat(value(attention.logits(WideBound.of(R)).get(0)))
                .isCloseTo((4 * R * R + R * cross + 0.02) * 0.25, within(1e-12));
    }

    @Test
    void manyHeadsTakeTheBetterOfSumAndRoot() {
        Head[] heads = {head(0, 0, 0), head(0, 0, 0), head(0, 0, 0), head(0, 0, 0)};
        double steep = 1 + R * 2 * 4 * R * 0.25;
        Layer.Attention together = attention(Positions.ELSEWHERE, heads);
        double sum = 4 * 11 * steep;
        double root = 13 * 2 * 7 * steep;
        assertThat(value(together.through(List.of(BALL), TOKENS).lipschitz()))
                .isCloseTo(Math.min(sum, root), within(1e-9));
        Layer.Attention narrow =
                new Layer.Attention(List.of(heads), Layer.Projection.unbiased(upper(2)), together.scores());
        assertThat(value(narrow.through(List.of(BALL), TOKENS).lipschitz())).isCloseTo(2 * 2 * 7 * steep, within(1e-9));
    }

    @Test
    void normalizedQueriesAndKeysHaveKnownSizes() {
        Layer.Norm norm = new Layer.Norm(upper(1.5), NONE, 16, 0.25);
        Scores scores = new Scores(upper(0.25), Positions.ELSEWHERE, norm, norm);
        Layer.Attention attention =
                new Layer.Attention(List.of(head(0, 0, 0)), Layer.Projection.unbiased(upper(13)), scores);
        double size = 4 * 1.5;
        double slope = 1.5 / 0.5;
        double sensitivity = (size * slope * 5 + size * slope * 2) * 0.25;
        assertThat(value(attention.through(List.of(BALL), TOKENS).lipschitz()))
                .isCloseTo(11 * (1 + R * sensitivity), within(1e-10));
        assertThat(value(attention.logits(WideBound.of(R)).get(0))).isCloseTo(size * size * 0.25, within(1e-12));
        Scores steep = new Scores(upper(0.25), Positions.ELSEWHERE, new Layer.Norm(upper(1), NONE, 16, 0), null);
        assertThat(new Layer.Attention(attention.heads(), attention.output(), steep)
                        .through(List.of(BALL), TOKENS)
                        .reason())
                .contains("epsilon 0");
    }

    @Test
    void withoutARadiusOrInTheWrongNormThereIsNoConstant() {
        Layer.Attention attention = attention(Positions.ELSEWHERE, head(0, 0, 0));
        assertThat(attention.through(List.of(Signal.input()), TOKENS).reason()).contains("isn't bounded");
        assertThat(attention
                        .through(List.of(BALL), Conditions.global(Metric.L2))
                        .reason())
                .contains("number of tokens");
    }

    @Test
    void gatedMlpsUseRowsOrBetterNorms() {
        Layer.GatedMlp.Branch gate = new Layer.GatedMlp.Branch(new Layer.Projection(upper(3), NONE), upper(2), NONE);
        Layer.GatedMlp.Branch up = new Layer.GatedMlp.Branch(new Layer.Projection(upper(5), NONE), upper(4), NONE);
        Layer.Projection down = Layer.Projection.unbiased(upper(7));
        Layer.Elementwise silu = Activation.SILU.layer();
        Signal cheap = new Layer.GatedMlp(gate, up, down, null, silu).through(List.of(BALL), TOKENS);
        assertThat(value(cheap.lipschitz())).isCloseTo(7 * R * (1.099839320129 * 3 * 4 + 2 * 5), within(1e-9));
        assertThat(value(cheap.radius())).isCloseTo(7 * Math.min(2 * R * 5 * R, 3 * R * 4 * R), within(1e-9));
        Layer.GatedMlp.Crossed crossed = new Layer.GatedMlp.Crossed(upper(6), upper(9));
        Signal tight = new Layer.GatedMlp(gate, up, down, crossed, silu).through(List.of(BALL), TOKENS);
        assertThat(value(tight.lipschitz())).isCloseTo(7 * R * (1.099839320129 * 6 + 9), within(1e-9));
        assertThat(new Layer.GatedMlp(gate, up, down, null, silu)
                        .through(List.of(Signal.input()), TOKENS)
                        .reason())
                .contains("isn't bounded");
    }

    @Test
    void mixturesJumpUnlessRoutingIsFixed() {
        Layer expert = Activation.RELU.layer();
        Layer.Moe mixture = new Layer.Moe(upper(3), 4, List.of(expert, new Layer.SquaredRelu()));
        Signal any = mixture.through(List.of(BALL), TOKENS);
        assertThat(any.reason()).contains("discontinuous");
        assertThat(any.radius()).isEqualTo(WideBound.of(R * R));
        Conditions fixed = new Conditions(Metric.MAX_TOKEN_L2, 0, Conditions.Routing.FIXED);
        assertThat(value(mixture.through(List.of(BALL), fixed).lipschitz()))
                .isCloseTo(2 * R + 0.5 * 2 * 3 * R * R, within(1e-12));
        assertThat(mixture.assumptions(fixed)).singleElement().asString().contains("same experts");
        Layer.Moe unknown = new Layer.Moe(upper(3), 1, List.of(new Layer.Unknown("no rule")));
        assertThat(unknown.through(List.of(BALL), fixed).reason()).isEqualTo("no rule");
    }

    @Test
    void normsOfProductsComeFromSmallGramMatrices() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int trial = 0; trial < 40; trial++) {
            int perHead = 1 + random.nextInt(40);
            Matrix query = RandomNetworks.gaussian(random, perHead, 5 + random.nextInt(60), 1e-3);
            Matrix key = RandomNetworks.gaussian(random, perHead, 5 + random.nextInt(60), 1e4);
            WideBound bound = HeadGram.productNorm(HeadGram.ofRows(query), HeadGram.ofRows(key));
            double exact = DenseNorm.of(Dense.transposeTimes(query, key))
                    .spectral()
                    .lower()
                    .value();
            assertThat(value(bound)).as("seed %d", seed).isBetween(exact, exact * (1 + 1e-5));
        }
    }

    @Test
    void factorsThatDontMeetHaveASmallProduct() {
        Matrix first = new Matrix(2, 3, new double[] {1, 1, 0, 0, 0, 0});
        Matrix second = new Matrix(2, 2, new double[] {1, -1, 1, -1});
        double bound = value(HeadGram.productNorm(HeadGram.ofRows(first), HeadGram.ofRows(second)));
        assertThat(bound).isBetween(0.0, 1e-6);
        assertThat(HeadGram.productNorm(HeadGram.ofRows(first), HeadGram.ofRows(Matrix.zeros(2, 2))))
                .isEqualTo(WideBound.ZERO);
        assertThat(Decompositions.singularValues(Dense.transposeTimes(first, second))[0])
                .isLessThan(1e-15);
    }
}
