package org.normscope.audit.architecture;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.architecture.DecoderLoops.Trait;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Random weights of a small decoder, under the names that Hugging Face gives them, in memory and as a file. */
final class DecoderWeights {
    private static final int HIDDEN = DecoderLoops.HIDDEN;
    private static final int HEADS = DecoderLoops.HEADS;
    private static final int KEYS = DecoderLoops.KEYS;
    private static final int PER_HEAD = DecoderLoops.PER_HEAD;
    private static final int FFN = DecoderLoops.FFN;

    private final Set<Trait> traits;
    private final Random random;
    private final Map<String, double[]> tensors = new LinkedHashMap<>();
    private final WrittenCheckpoint checkpoint = new WrittenCheckpoint();

    DecoderWeights(Set<Trait> traits, Random random) {
        this.traits = traits;
        this.random = random;
        make("model.embed_tokens.weight", 1, DecoderLoops.VOCABULARY, HIDDEN);
        for (int i = 0; i < DecoderLoops.LAYERS; i++) {
            layer("model.layers." + i + ".");
        }
        scale("model.norm.weight", HIDDEN);
        if (!has(Trait.TIED)) {
            make("lm_head.weight", 0.5, DecoderLoops.VOCABULARY, HIDDEN);
        }
    }

    private boolean has(Trait trait) {
        return traits.contains(trait);
    }

    private void layer(String prefix) {
        String attention = prefix + "self_attn.";
        if (has(Trait.FUSED)) {
            linear(attention + "qkv_proj", (HEADS + 2 * KEYS) * PER_HEAD, HIDDEN, false);
            part(attention + "qkv_proj", attention + "q_proj", 0, HEADS * PER_HEAD);
            part(attention + "qkv_proj", attention + "k_proj", HEADS * PER_HEAD, (HEADS + KEYS) * PER_HEAD);
            part(
                    attention + "qkv_proj",
                    attention + "v_proj",
                    (HEADS + KEYS) * PER_HEAD,
                    (HEADS + 2 * KEYS) * PER_HEAD);
        } else {
            linear(attention + "q_proj", HEADS * PER_HEAD, HIDDEN, has(Trait.QUERY_KEY_VALUE_BIAS));
            linear(attention + "k_proj", KEYS * PER_HEAD, HIDDEN, has(Trait.QUERY_KEY_VALUE_BIAS));
            linear(attention + "v_proj", KEYS * PER_HEAD, HIDDEN, has(Trait.QUERY_KEY_VALUE_BIAS));
        }
        linear(attention + "o_proj", HIDDEN, HEADS * PER_HEAD, has(Trait.OUTPUT_BIAS));
        if (has(Trait.QUERY_KEY_NORM)) {
            scale(attention + "q_norm.weight", PER_HEAD);
            scale(attention + "k_norm.weight", PER_HEAD);
        }
        if (has(Trait.EXPERTS)) {
            make(prefix + "block_sparse_moe.gate.weight", 1, DecoderLoops.EXPERTS, HIDDEN);
            for (int e = 0; e < DecoderLoops.EXPERTS; e++) {
                String expert = prefix + "block_sparse_moe.experts." + e + ".";
                linear(expert + "w1", FFN, HIDDEN, false);
                linear(expert + "w2", HIDDEN, FFN, false);
                linear(expert + "w3", FFN, HIDDEN, false);
            }
        } else if (has(Trait.FUSED)) {
            linear(prefix + "mlp.gate_up_proj", 2 * FFN, HIDDEN, false);
            part(prefix + "mlp.gate_up_proj", prefix + "mlp.gate_proj", 0, FFN);
            part(prefix + "mlp.gate_up_proj", prefix + "mlp.up_proj", FFN, 2 * FFN);
            linear(prefix + "mlp.down_proj", HIDDEN, FFN, false);
        } else {
            linear(prefix + "mlp.gate_proj", FFN, HIDDEN, has(Trait.MLP_BIAS));
            linear(prefix + "mlp.up_proj", FFN, HIDDEN, has(Trait.MLP_BIAS));
            linear(prefix + "mlp.down_proj", HIDDEN, FFN, has(Trait.MLP_BIAS));
        }
        scale(prefix + "input_layernorm.weight", HIDDEN);
        scale(prefix + "post_attention_layernorm.weight", HIDDEN);
        if (has(Trait.SANDWICH)) {
            scale(prefix + "pre_feedforward_layernorm.weight", HIDDEN);
            scale(prefix + "post_feedforward_layernorm.weight", HIDDEN);
        }
    }

    private void linear(String name, int rows, int cols, boolean biased) {
        make(name + ".weight", 1 / Math.sqrt(cols), rows, cols);
        if (biased) {
            make(name + ".bias", 0.5, rows);
        }
    }

    /** Some outputs of a stored matrix, under a name by which they are computed with and not stored. */
    private void part(String fused, String name, int from, int to) {
        tensors.put(name + ".weight", Arrays.copyOfRange(get(fused + ".weight"), from * HIDDEN, to * HIDDEN));
    }

    private void scale(String name, int width) {
        make(name, 0.7, width);
    }

    private void make(String name, double size, long... dims) {
        Shape shape = Shape.of(dims);
        double[] values = new double[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        tensors.put(name, values);
        String stored = has(Trait.NESTED) ? name.replaceFirst("^model\\.", "language_model.model.") : name;
        checkpoint.with(stored, DType.F32, shape, values);
    }

    /** The file. */
    WrittenCheckpoint checkpoint() {
        return checkpoint;
    }

    /** A tensor that there must be. */
    double[] get(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    /** A tensor, if there is one. */
    double @Nullable [] find(String name) {
        return tensors.get(name);
    }
}
