package org.normscope.audit.architecture;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.normscope.testing.WrittenCheckpoint;

/** A small decoder with random weights, computed by plain loops. */
final class DecoderLoops {
    static final int TOKENS = 3;
    static final int HIDDEN = 8;
    static final int LAYERS = 2;
    static final int HEADS = 4;
    static final int KEYS = 2;
    static final int PER_HEAD = 4;
    static final int FFN = 6;
    static final int VOCABULARY = 9;
    static final int EXPERTS = 3;
    static final int CHOSEN = 2;
    static final double EPSILON = 1e-2;
    static final double SCALAR = 3;
    static final double CAP = 5;

    /** What tells families apart. */
    enum Trait {
        UNIT_OFFSET,
        QUERY_KEY_NORM,
        QUERY_KEY_VALUE_BIAS,
        OUTPUT_BIAS,
        MLP_BIAS,
        SANDWICH,
        EXPERTS,
        TIED,
        SCALED_EMBEDDING,
        GELU,
        SOFT_CAP,
        SCALAR,
        FUSED,
        NESTED
    }

    private final Set<Trait> traits;
    private final DecoderWeights weights;
    private double leastSpread;
    private double leastMargin;

    DecoderLoops(Set<Trait> traits, Random random) {
        this.traits = traits;
        this.weights = new DecoderWeights(traits, random);
    }

    private boolean has(Trait trait) {
        return traits.contains(trait);
    }

    WrittenCheckpoint checkpoint() {
        return weights.checkpoint();
    }

    private double[] tensor(String name) {
        return weights.get(name);
    }

    double[] embedded(int... tokens) {
        double[] x = new double[tokens.length * HIDDEN];
        double factor = has(Trait.SCALED_EMBEDDING) ? Math.sqrt(HIDDEN) : 1;
        for (int t = 0; t < tokens.length; t++) {
            for (int j = 0; j < HIDDEN; j++) {
                x[t * HIDDEN + j] = factor * tensor("model.embed_tokens.weight")[tokens[t] * HIDDEN + j];
            }
        }
        return x;
    }

    /** All blocks and the head. */
    double[] logits(double[] embedded) {
        double[] x = embedded;
        for (int i = 0; i < LAYERS; i++) {
            x = block(i, x);
        }
        return head(x);
    }

    double[] head(double[] x) {
        leastSpread = Double.POSITIVE_INFINITY;
        leastMargin = Double.POSITIVE_INFINITY;
        String table = has(Trait.TIED) ? "model.embed_tokens.weight" : "lm_head.weight";
        double[] y = times(tensor(table), normed("model.norm.weight", x, HIDDEN), VOCABULARY, HIDDEN);
        return has(Trait.SOFT_CAP)
                ? Arrays.stream(y).map(v -> CAP * Math.tanh(v / CAP)).toArray()
                : y;
    }

    double[] block(int layer, double[] x) {
        leastSpread = Double.POSITIVE_INFINITY;
        leastMargin = Double.POSITIVE_INFINITY;
        String prefix = "model.layers." + layer + ".";
        double[] attended = attention(prefix + "self_attn.", normed(prefix + "input_layernorm.weight", x, HIDDEN));
        if (has(Trait.SANDWICH)) {
            attended = normed(prefix + "post_attention_layernorm.weight", attended, HIDDEN);
        }
        double[] between = sum(x, attended);
        String before = has(Trait.SANDWICH) ? "pre_feedforward_layernorm" : "post_attention_layernorm";
        double[] z = normed(prefix + before + ".weight", between, HIDDEN);
        double[] moved = has(Trait.EXPERTS) ? experts(prefix + "block_sparse_moe.", z) : mlp(prefix + "mlp.", z);
        if (has(Trait.SANDWICH)) {
            moved = normed(prefix + "post_feedforward_layernorm.weight", moved, HIDDEN);
        }
        return sum(between, moved);
    }

    /** Of all vectors of the last block or head that were normalized at full width, the least root mean square. */
    double leastSpread() {
        return leastSpread;
    }

    /** How far all tokens of the last block were from other experts, in logits. */
    double leastMargin() {
        return leastMargin;
    }

    private double[] normed(String name, double[] x, int width) {
        double[] scale = tensor(name);
        double[] y = x.clone();
        for (int t = 0; t < y.length / width; t++) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                squares += y[t * width + i] * y[t * width + i] / width;
            }
            leastSpread = Math.min(leastSpread, Math.sqrt(squares));
            for (int i = 0; i < width; i++) {
                double factor = has(Trait.UNIT_OFFSET) ? 1 + scale[i] : scale[i];
                y[t * width + i] *= factor / Math.sqrt(squares + EPSILON);
            }
        }
        return y;
    }

    private double[] attention(String prefix, double[] z) {
        double[] q = projected(prefix + "q_proj", z, HEADS * PER_HEAD, HIDDEN);
        double[] k = projected(prefix + "k_proj", z, KEYS * PER_HEAD, HIDDEN);
        double[] v = projected(prefix + "v_proj", z, KEYS * PER_HEAD, HIDDEN);
        if (has(Trait.QUERY_KEY_NORM)) {
            double known = leastSpread;
            q = normed(prefix + "q_norm.weight", q, PER_HEAD);
            k = normed(prefix + "k_norm.weight", k, PER_HEAD);
            leastSpread = known;
        }
        rotate(q, HEADS);
        rotate(k, KEYS);
        int tokens = z.length / HIDDEN;
        double[] mixed = new double[tokens * HEADS * PER_HEAD];
        for (int head = 0; head < HEADS; head++) {
            for (int t = 0; t < tokens; t++) {
                mix(q, k, v, head, t, mixed);
            }
        }
        return projected(prefix + "o_proj", mixed, HIDDEN, HEADS * PER_HEAD);
    }

    /** Causal softmax attention of one head and token. */
    private void mix(double[] q, double[] k, double[] v, int head, int t, double[] mixed) {
        int shared = head * KEYS / HEADS;
        double factor = 1 / Math.sqrt(has(Trait.SCALAR) ? SCALAR : PER_HEAD);
        double[] weights = new double[t + 1];
        double total = 0;
        for (int s = 0; s <= t; s++) {
            double score = 0;
            for (int c = 0; c < PER_HEAD; c++) {
                score += factor * q[(t * HEADS + head) * PER_HEAD + c] * k[(s * KEYS + shared) * PER_HEAD + c];
            }
            score = has(Trait.SOFT_CAP) ? CAP * Math.tanh(score / CAP) : score;
            weights[s] = Math.exp(score);
            total += weights[s];
        }
        for (int s = 0; s <= t; s++) {
            for (int c = 0; c < PER_HEAD; c++) {
                double value = v[(s * KEYS + shared) * PER_HEAD + c];
                mixed[(t * HEADS + head) * PER_HEAD + c] += weights[s] / total * value;
            }
        }
    }

    private static void rotate(double[] x, int heads) {
        int half = PER_HEAD / 2;
        for (int t = 0; t < x.length / (heads * PER_HEAD); t++) {
            for (int h = 0; h < heads; h++) {
                int start = (t * heads + h) * PER_HEAD;
                for (int c = 0; c < half; c++) {
                    double angle = t * Math.pow(10, -c);
                    double a = x[start + c];
                    double b = x[start + c + half];
                    x[start + c] = a * Math.cos(angle) - b * Math.sin(angle);
                    x[start + c + half] = a * Math.sin(angle) + b * Math.cos(angle);
                }
            }
        }
    }

    private double[] mlp(String prefix, double[] z) {
        double[] gate = projected(prefix + "gate_proj", z, FFN, HIDDEN);
        double[] up = projected(prefix + "up_proj", z, FFN, HIDDEN);
        return projected(prefix + "down_proj", gated(gate, up), HIDDEN, FFN);
    }

    private double[] gated(double[] gate, double[] up) {
        double[] y = new double[gate.length];
        for (int i = 0; i < y.length; i++) {
            double g = gate[i];
            double tanh = Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g));
            y[i] = up[i] * (has(Trait.GELU) ? 0.5 * g * (1 + tanh) : g / (1 + Math.exp(-g)));
        }
        return y;
    }

    private double[] experts(String prefix, double[] z) {
        double[] y = new double[z.length];
        for (int t = 0; t < z.length / HIDDEN; t++) {
            double[] token = Arrays.copyOfRange(z, t * HIDDEN, (t + 1) * HIDDEN);
            double[] logits = times(tensor(prefix + "gate.weight"), token, EXPERTS, HIDDEN);
            double[] sorted = Arrays.stream(logits).sorted().toArray();
            double least = sorted[EXPERTS - CHOSEN];
            leastMargin = Math.min(leastMargin, least - sorted[EXPERTS - CHOSEN - 1]);
            double total =
                    Arrays.stream(logits).filter(l -> l >= least).map(Math::exp).sum();
            for (int e = 0; e < EXPERTS; e++) {
                if (logits[e] >= least) {
                    double[] out = expert(prefix + "experts." + e + ".", token);
                    for (int i = 0; i < HIDDEN; i++) {
                        y[t * HIDDEN + i] += Math.exp(logits[e]) / total * out[i];
                    }
                }
            }
        }
        return y;
    }

    private double[] expert(String prefix, double[] token) {
        double[] gate = projected(prefix + "w1", token, FFN, HIDDEN);
        double[] up = projected(prefix + "w3", token, FFN, HIDDEN);
        return projected(prefix + "w2", gated(gate, up), HIDDEN, FFN);
    }

    private double[] projected(String name, double[] x, int rows, int cols) {
        double[] y = times(tensor(name + ".weight"), x, rows, cols);
        double[] bias = weights.find(name + ".bias");
        for (int i = 0; bias != null && i < y.length; i++) {
            y[i] += bias[i % rows];
        }
        return y;
    }

    private static double[] times(double[] w, double[] x, int rows, int cols) {
        double[] y = new double[x.length / cols * rows];
        for (int t = 0; t < x.length / cols; t++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    y[t * rows + i] += w[i * cols + j] * x[t * cols + j];
                }
            }
        }
        return y;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }
}
