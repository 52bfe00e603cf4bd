package org.normscope.audit.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A small vision transformer with random weights: patches of 2 x 2 pixels, with or without a classifier. */
final class VitLoops implements TokenLoops {
    /** Pixels of a patch. */
    static final int PATCH = 4;

    private static final int TOKENS = 5;
    private static final int WIDTH = 8;
    private static final int HEADS = 2;
    private static final int INNER = 6;

    private final LoopTensors tensors;
    private final String prefix;

    /** @param prefix of all names: "vit.", and there is a classifier, or none, and there isn't */
    VitLoops(String prefix, Random random) {
        this.prefix = prefix;
        this.tensors = new LoopTensors(random);
        String names = prefix + "embeddings.";
        tensors.make(names + "cls_token", 1, 1, 1, WIDTH);
        tensors.make(names + "position_embeddings", 0.5, 1, TOKENS, WIDTH);
        tensors.make(names + "patch_embeddings.projection.weight", 0.5, WIDTH, 1, 2, 2);
        tensors.make(names + "patch_embeddings.projection.bias", 0.5, WIDTH);
        for (int i = 0; i < 2; i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            String attention = layer + "attention.attention.";
            for (String part : List.of("query", "key", "value")) {
                tensors.linear(attention + part, WIDTH, WIDTH);
            }
            tensors.linear(layer + "attention.output.dense", WIDTH, WIDTH);
            norm(layer + "layernorm_before");
            norm(layer + "layernorm_after");
            tensors.linear(layer + "intermediate.dense", INNER, WIDTH);
            tensors.linear(layer + "output.dense", WIDTH, INNER);
        }
        norm(prefix + "layernorm");
        tensors.linear(prefix.isEmpty() ? "pooler.dense" : "classifier", WIDTH, WIDTH);
    }

    private void norm(String name) {
        tensors.norm(name + ".weight", name + ".bias", WIDTH);
    }

    @Override
    public LoopTensors tensors() {
        return tensors;
    }

    @Override
    public String config() {
        return "{'model_type': 'vit', 'hidden_size': 8, 'num_attention_heads': 2, 'num_hidden_layers': 2, 'layer_norm_eps': 1e-2}";
    }

    @Override
    public int tokens() {
        return TOKENS;
    }

    @Override
    public int width() {
        return WIDTH;
    }

    @Override
    public int vocabulary() {
        return 0;
    }

    @Override
    public List<UnaryOperator<double[]>> blocks() {
        return List.of(x -> block(0, x), x -> block(1, x), this::head);
    }

    @Override
    public double[] embedded(int... text) {
        throw new UnsupportedOperationException("images have no words");
    }

    /** Tokens of patches; the first patch stands for the token that none makes, and is nothing. */
    double[] patched(double[] patches) {
        String names = prefix + "embeddings.";
        double[] w = tensors.get(names + "patch_embeddings.projection.weight");
        double[] x = new double[TOKENS * WIDTH];
        for (int i = 0; i < x.length; i++) {
            int row = i % WIDTH;
            x[i] = tensors.get(names + "position_embeddings")[i];
            x[i] += i < WIDTH
                    ? tensors.get(names + "cls_token")[row]
                    : tensors.get(names + "patch_embeddings.projection.bias")[row];
            for (int j = 0; i >= WIDTH && j < PATCH; j++) {
                x[i] += w[row * PATCH + j] * patches[i / WIDTH * PATCH + j];
            }
        }
        return x;
    }

    private double[] block(int i, double[] x) {
        String layer = prefix + "encoder.layer." + i + ".";
        double[] z = normed(layer + "layernorm_before", x);
        double[][] parts = {
            tensors.projected(layer + "attention.attention.query", z),
            tensors.projected(layer + "attention.attention.key", z),
            tensors.projected(layer + "attention.attention.value", z)
        };
        double[] mixed = LoopTensors.attention(parts, WIDTH, HEADS, LoopTensors.Mask.NONE);
        double[] attended = LoopTensors.sum(x, tensors.projected(layer + "attention.output.dense", mixed));
        double[] inner = tensors.projected(layer + "intermediate.dense", normed(layer + "layernorm_after", attended));
        double[] moved = tensors.projected(layer + "output.dense", LoopTensors.map(inner, LoopTensors::gelu));
        return LoopTensors.sum(attended, moved);
    }

    private double[] normed(String name, double[] x) {
        return tensors.normed(name + ".weight", name + ".bias", x);
    }

    /** The class's vector, or the tokens with the pooled one in place of the first. */
    private double[] head(double[] x) {
        double[] y = normed(prefix + "layernorm", x);
        double[] first = Arrays.copyOf(y, WIDTH);
        if (prefix.isEmpty()) {
            double[] pooled = LoopTensors.map(tensors.projected("pooler.dense", first), Math::tanh);
            System.arraycopy(pooled, 0, y, 0, WIDTH);
            return y;
        }
        double[] scores = tensors.projected("classifier", first);
        for (int i = 0; i < y.length; i++) {
            y[i] = scores[i % WIDTH];
        }
        return y;
    }
}
