package org.normscope.audit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.architecture.DecoderLoops.Trait;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Sampler;

/** No sampled slope of a small decoder exceeds the bound that its template gives: of the whole, of blocks, and of blocks on ordinary vectors. */
class DecoderJacobianTest {
    private static final int INPUTS = DecoderLoops.TOKENS * DecoderLoops.HIDDEN;
    private static final int POINTS = 150;

    private static final Set<Trait> GEMMA3 = EnumSet.of(
            Trait.UNIT_OFFSET,
            Trait.GELU,
            Trait.SCALED_EMBEDDING,
            Trait.TIED,
            Trait.SANDWICH,
            Trait.QUERY_KEY_NORM,
            Trait.SCALAR);
    private static final Map<String, Set<Trait>> FAMILIES = Map.of(
            "llama",
            EnumSet.of(Trait.QUERY_KEY_VALUE_BIAS, Trait.OUTPUT_BIAS, Trait.MLP_BIAS),
            "mistral",
            EnumSet.noneOf(Trait.class),
            "qwen2",
            EnumSet.of(Trait.QUERY_KEY_VALUE_BIAS, Trait.TIED),
            "qwen3",
            EnumSet.of(Trait.QUERY_KEY_NORM),
            "gemma",
            EnumSet.of(Trait.UNIT_OFFSET, Trait.GELU, Trait.SCALED_EMBEDDING, Trait.TIED),
            "gemma2",
            EnumSet.of(
                    Trait.UNIT_OFFSET,
                    Trait.GELU,
                    Trait.SCALED_EMBEDDING,
                    Trait.TIED,
                    Trait.SANDWICH,
                    Trait.SOFT_CAP,
                    Trait.SCALAR),
            "gemma3_text",
            GEMMA3,
            "gemma3",
            with(GEMMA3, Trait.NESTED),
            "mixtral",
            EnumSet.of(Trait.EXPERTS),
            "phi3",
            EnumSet.of(Trait.FUSED));

    private static final String CONFIG = "{'model_type': '%s', 'hidden_size': 8, 'num_hidden_layers': 2,"
            + " 'num_attention_heads': 4, 'num_key_value_heads': 2, 'head_dim': 4, 'intermediate_size': 6, 'vocab_size': 9,"
            + " 'rms_norm_eps': 1e-2, 'attention_bias': %s, 'mlp_bias': %s, 'tie_word_embeddings': %s,"
            + " 'num_local_experts': 3, 'num_experts_per_tok': 2, 'query_pre_attn_scalar': 3%s}";

    private static Set<Trait> with(Set<Trait> some, Trait more) {
        Set<Trait> all = EnumSet.copyOf(some);
        all.add(more);
        return all;
    }

    private static String config(String family, Set<Trait> traits) {
        String text = text(family, traits);
        return traits.contains(Trait.NESTED) ? "{'model_type': '" + family + "', 'text_config': " + text + "}" : text;
    }

    private static String text(String family, Set<Trait> traits) {
        return String.format(
                Locale.ROOT,
                CONFIG,
                family,
                traits.contains(Trait.OUTPUT_BIAS),
                traits.contains(Trait.MLP_BIAS),
                traits.contains(Trait.TIED),
                traits.contains(Trait.SOFT_CAP) ? ", 'attn_logit_softcapping': 5, 'final_logit_softcapping': 5" : "");
    }

    private static double value(@Nullable WideBound bound) {
        assertThat(bound).isNotNull();
        return bound == null ? Double.NaN : bound.narrow().orElseThrow().value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama",
                "mistral",
                "qwen2",
                "qwen3",
                "gemma",
                "gemma2",
                "gemma3_text",
                "gemma3",
                "mixtral",
                "phi3"
            })
    void noSlopeExceedsItsBound(String family) throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Set<Trait> traits = FAMILIES.getOrDefault(family, Set.of());
        DecoderLoops loops = new DecoderLoops(traits, random);
        ModelBound model = AuditedModel.bound(loops.checkpoint(), config(family, traits));
        assertThat(model.basis().unexplained()).isEmpty();
        List<ModelBound.Block> blocks = model.parts().blocks();
        assertThat(blocks).hasSize(DecoderLoops.LAYERS + 2);
        double[] slopes = new double[blocks.size()];
        for (int i = 0; i < blocks.size() - 1; i++) {
            UnaryOperator<double[]> function = function(loops, i);
            if (traits.contains(Trait.EXPERTS) && i < DecoderLoops.LAYERS) {
                assertThat(blocks.get(i + 1).alone().reason()).contains("top-k routing is discontinuous");
                double local = value(blocks.get(i + 1).alone().local());
                double ordinary = ordinary(loops, function, model, random);
                slopes[i] = ordinary / local;
                assertThat(ordinary)
                        .as("%s, seed %d, block %d, local", family, seed, i)
                        .isLessThan(local);
                continue;
            }
            double steepest = sampler(function, random).steepest(INPUTS, 1);
            double bound = value(blocks.get(i + 1).alone().upper());
            slopes[i] = steepest / bound;
            assertThat(steepest)
                    .as("%s, seed %d, %s", family, seed, blocks.get(i + 1).name())
                    .isLessThan(bound);
            double local = value(blocks.get(i + 1).alone().local());
            assertThat(local).isLessThan(bound);
            double ordinary = ordinary(loops, function, model, random);
            assertThat(ordinary)
                    .as(
                            "%s, seed %d, %s, local",
                            family, seed, blocks.get(i + 1).name())
                    .isLessThan(local);
        }
        if (model.limit().upper() != null) {
            whole(loops, model, random, family + ", seed " + seed);
        }
        assertThat(Arrays.stream(slopes).max().orElse(0))
                .as("%s, seed %d: the sampler sees nothing", family, seed)
                .isGreaterThan(1e-4);
    }

    private static UnaryOperator<double[]> function(DecoderLoops loops, int block) {
        return block == DecoderLoops.LAYERS ? loops::head : x -> loops.block(block, x);
    }

    private static Sampler sampler(UnaryOperator<double[]> function, Random random) {
        return new Sampler(function, x -> x, DecoderLoops.TOKENS, random);
    }

    /** The steepest Jacobian at points whose vectors have the spread that local constants assume. */
    private static double ordinary(
            DecoderLoops loops, UnaryOperator<double[]> function, ModelBound model, Random random) {
        double floor = model.basis().assumptions().stream()
                .filter(text -> text.contains("spread of at least"))
                .map(text -> text.replaceFirst(".*at least ", "").replaceFirst(",.*", ""))
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElseThrow();
        Sampler sampler = sampler(function, random);
        double steepest = 0;
        for (int i = 0; i < POINTS; i++) {
            double size = floor * Math.pow(10, random.nextDouble());
            double[] x = random.doubles(INPUTS).map(v -> size * 3 * (2 * v - 1)).toArray();
            boolean finite = Arrays.stream(function.apply(x)).allMatch(Double::isFinite);
            if (finite && loops.leastSpread() >= floor * 1.001 && loops.leastMargin() > 1e-3) {
                steepest = Math.max(steepest, sampler.slopeAt(x, floor));
            }
        }
        return steepest;
    }

    /** From tokens to logits: random pairs of texts, and everything behind the embedding. */
    private static void whole(DecoderLoops loops, ModelBound model, Random random, String about) {
        double bound = value(model.limit().upper());
        double embedding = value(model.parts().blocks().get(0).alone().upper());
        double behind = sampler(loops::logits, random).steepest(INPUTS, 1);
        assertThat(behind).as(about).isLessThan(bound / embedding * (1 + 1e-12));
        double steepest = 0;
        for (int i = 0; i < 1000; i++) {
            int[] text =
                    random.ints(DecoderLoops.TOKENS, 0, DecoderLoops.VOCABULARY).toArray();
            int[] other = text.clone();
            other[random.nextInt(other.length)] = random.nextInt(DecoderLoops.VOCABULARY);
            double[] a = loops.logits(loops.embedded(text));
            double[] b = loops.logits(loops.embedded(other));
            steepest = Math.max(steepest, farthest(a, b) / Math.sqrt(2));
        }
        assertThat(steepest).as(about).isBetween(1e-6, bound);
    }

    private static double farthest(double[] a, double[] b) {
        double farthest = 0;
        for (int t = 0; t < DecoderLoops.TOKENS; t++) {
            double sum = 0;
            for (int i = t * DecoderLoops.VOCABULARY; i < (t + 1) * DecoderLoops.VOCABULARY; i++) {
                sum += (a[i] - b[i]) * (a[i] - b[i]);
            }
            farthest = Math.max(farthest, Math.sqrt(sum));
        }
        return farthest;
    }
}
