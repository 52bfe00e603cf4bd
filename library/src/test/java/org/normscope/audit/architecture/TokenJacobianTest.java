package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Sampler;

/** No sampled slope of a small transformer with layer norms exceeds the bound that its template gives: of the whole, of blocks, and of blocks on ordinary vectors. */
class TokenJacobianTest {
    private static final int POINTS = 150;

    private static TokenLoops loops(String variant, Random random) {
        return switch (variant) {
            case "gpt2" -> new Gpt2Loops("", random);
            case "gpt2 with prefix" -> new Gpt2Loops("transformer.", random);
            case "bert predictions" -> new BertLoops(BertLoops.Head.PREDICTIONS, random);
            case "bert relationship" -> new BertLoops(BertLoops.Head.RELATIONSHIP, random);
            case "bert classifier" -> new BertLoops(BertLoops.Head.CLASSIFIER, random);
            case "bert token classifier" -> new BertLoops(BertLoops.Head.TOKEN_CLASSIFIER, random);
            case "bert" -> new BertLoops(BertLoops.Head.NONE, random);
            case "vit" -> new VitLoops("", random);
            case "vit classifier" -> new VitLoops("vit.", random);
            default -> throw new IllegalArgumentException(variant);
        };
    }

    private static double value(@Nullable WideBound bound) {
        assertThat(bound).isNotNull();
        return bound == null ? Double.NaN : bound.narrow().orElseThrow().value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2",
                "gpt2 with prefix",
                "bert",
                "bert predictions",
                "bert relationship",
                "bert classifier",
                "bert token classifier",
                "vit",
                "vit classifier"
            })
    void noSlopeExceedsItsBound(String variant) throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TokenLoops loops = loops(variant, random);
        ModelBound model = AuditedModel.bound(loops.checkpoint(), loops.config());
        assertThat(model.limit().reason()).isNull();
        assertThat(model.basis().unexplained()).isEmpty();
        List<UnaryOperator<double[]>> functions = loops.blocks();
        List<ModelBound.Block> blocks = model.parts().blocks();
        assertThat(blocks).hasSize(functions.size() + 1);
        double steepestShare = 0;
        double steepestLocally = 0;
        for (int i = 0; i < functions.size(); i++) {
            ModelBound.Block block = blocks.get(i + 1);
            String about = variant + ", seed " + seed + ", " + block.name();
            UnaryOperator<double[]> domain =
                    inBall(loops, blocks.get(i).behind().radius());
            Sampler sampler = new Sampler(functions.get(i), domain, loops.tokens(), random);
            double bound = value(block.alone().upper());
            double steepest = sampler.steepest(loops.tokens() * loops.width(), 1);
            assertThat(steepest).as(about).isLessThan(bound);
            steepestShare = Math.max(steepestShare, steepest / bound);
            if (loops.vocabulary() > 0) {
                double local = value(block.alone().local());
                assertThat(local).isLessThanOrEqualTo(bound);
                double ordinary = ordinary(loops, i, domain, model, random);
                assertThat(ordinary).as(about + ", local").isLessThan(local);
                steepestLocally = Math.max(steepestLocally, ordinary);
            }
        }
        assertThat(steepestShare).as("the sampler sees nothing").isGreaterThan(1e-3);
        assertThat(loops.vocabulary() == 0 || steepestLocally > 1e-6)
                .as("%s, seed %d: some ordinary point was found", variant, seed)
                .isTrue();
        if (loops instanceof VitLoops images) {
            whole(images, model, random, variant + ", seed " + seed);
        } else {
            whole(loops, model, random, variant + ", seed " + seed);
        }
    }

    /** From patches to the output. */
    private static void whole(VitLoops loops, ModelBound model, Random random, String about) {
        int pixels = loops.tokens() * VitLoops.PATCH;
        double embedding = value(model.parts().blocks().get(0).alone().upper());
        double patched = new Sampler(loops::patched, x -> x, loops.tokens(), random).steepest(pixels, 1);
        assertThat(patched).as(about + ", patches").isBetween(0.9 * embedding, embedding * (1 + 1e-9));
        double steepest =
                new Sampler(x -> loops.behind(loops.patched(x)), x -> x, loops.tokens(), random).steepest(pixels, 1);
        assertThat(steepest).as(about).isBetween(1e-6, value(model.limit().upper()));
    }

    /** Into the set of sequences of vectors that are no longer than this; all of them where nothing is known. */
    private static UnaryOperator<double[]> inBall(TokenLoops loops, @Nullable WideBound known) {
        double radius = known == null ? Double.POSITIVE_INFINITY : value(known);
        return x -> {
            double[] y = x.clone();
            for (int t = 0; t < y.length; t += loops.width()) {
                double length = Math.sqrt(
                        Arrays.stream(y, t, t + loops.width()).map(v -> v * v).sum());
                for (int i = t; length > radius && i < t + loops.width(); i++) {
                    y[i] *= radius / length;
                }
            }
            return y;
        };
    }

    /** The steepest Jacobian at points whose vectors have the spread that local constants assume. */
    private static double ordinary(
            TokenLoops loops, int block, UnaryOperator<double[]> domain, ModelBound model, Random random) {
        UnaryOperator<double[]> function = loops.blocks().get(block);
        Sampler sampler = new Sampler(function, domain, loops.tokens(), random);
        double floor = model.basis().assumptions().stream()
                .filter(text -> text.contains("spread of at least"))
                .map(text -> text.replaceFirst(".*at least ", "").replaceFirst(",.*", ""))
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElseThrow();
        double steepest = 0;
        for (int i = 0; i < POINTS; i++) {
            double size = floor * Math.pow(10, random.nextDouble());
            double[] x = domain.apply(random.doubles((long) loops.tokens() * loops.width())
                    .map(v -> size * 3 * (2 * v - 1))
                    .toArray());
            loops.forgetSpread();
            double[] y = function.apply(x);
            if (Double.isFinite(y[0]) && loops.leastSpread() >= floor * 1.001) {
                steepest = Math.max(steepest, sampler.slopeAt(x, floor));
            }
        }
        return steepest;
    }

    /** From texts to the output: random pairs, and everything behind the embedding. */
    private static void whole(TokenLoops loops, ModelBound model, Random random, String about) {
        double bound = value(model.limit().upper());
        double embedding = value(model.parts().blocks().get(0).alone().upper());
        UnaryOperator<double[]> domain =
                inBall(loops, model.parts().blocks().get(0).behind().radius());
        double behind =
                new Sampler(loops::behind, domain, loops.tokens(), random).steepest(loops.tokens() * loops.width(), 1);
        assertThat(behind).as(about).isLessThan(bound / embedding * (1 + 1e-12));
        double steepest = 0;
        double moved = 0;
        // LayerNorm behind the tables: only its slope where vectors vanish reaches the bound.
        double least = loops instanceof BertLoops ? 1e-6 : embedding / 20;
        for (int i = 0; i < 1000; i++) {
            int[] text = random.ints(loops.tokens(), 0, loops.vocabulary()).toArray();
            int[] other = text.clone();
            other[random.nextInt(other.length)] = random.nextInt(loops.vocabulary());
            double[] a = loops.embedded(text);
            double[] b = loops.embedded(other);
            moved = Math.max(moved, farthest(a, b, loops.tokens()) / Math.sqrt(2));
            steepest = Math.max(steepest, farthest(loops.behind(a), loops.behind(b), loops.tokens()) / Math.sqrt(2));
        }
        assertThat(moved).as(about + ", embedding").isBetween(least, embedding);
        assertThat(steepest).as(about).isBetween(1e-6, bound);
    }

    private static double farthest(double[] a, double[] b, int tokens) {
        int width = a.length / tokens;
        double farthest = 0;
        for (int t = 0; t < a.length; t += width) {
            double sum = 0;
            for (int i = t; i < t + width; i++) {
                sum += (a[i] - b[i]) * (a[i] - b[i]);
            }
            farthest = Math.max(farthest, Math.sqrt(sum));
        }
        return farthest;
    }
}
