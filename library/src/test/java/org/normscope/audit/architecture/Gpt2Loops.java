package org.normscope.audit.architecture;

import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A small GPT-2 with random weights. */
final class Gpt2Loops implements TokenLoops {
    private static final int TOKENS = 3;
    private static final int WIDTH = 8;
    private static final int HEADS = 2;
    private static final int INNER = 6;
    private static final int WORDS = 9;

    private final LoopTensors tensors;
    private final String prefix;

    /** @param prefix of all names: "transformer." or none */
    Gpt2Loops(String prefix, Random random) {
        this.prefix = prefix;
        this.tensors = new LoopTensors(random);
        tensors.make(prefix + "wte.weight", 1, WORDS, WIDTH);
        tensors.make(prefix + "wpe.weight", 0.5, TOKENS + 1, WIDTH);
        for (int i = 0; i < 2; i++) {
            String layer = prefix + "h." + i + ".";
            norm(layer + "ln_1", WIDTH);
            norm(layer + "ln_2", WIDTH);
            tensors.make(layer + "attn.bias", 1, 1, 1, TOKENS, TOKENS);
            tensors.make(layer + "attn.masked_bias", 1);
            linear(layer + "attn.c_attn", 3 * WIDTH, WIDTH);
            linear(layer + "attn.c_proj", WIDTH, WIDTH);
            linear(layer + "mlp.c_fc", INNER, WIDTH);
            linear(layer + "mlp.c_proj", WIDTH, INNER);
        }
        norm(prefix + "ln_f", WIDTH);
    }

    private void norm(String name, int width) {
        tensors.norm(name + ".weight", name + ".bias", width);
    }

    private void linear(String name, int outputs, int inputs) {
        tensors.make(name + ".weight", 1 / Math.sqrt(inputs), inputs, outputs);
        tensors.make(name + ".bias", 0.5, outputs);
    }

    @Override
    public LoopTensors tensors() {
        return tensors;
    }

    @Override
    public String config() {
        return "{'model_type': 'gpt2', 'n_embd': 8, 'n_head': 2, 'n_layer': 2, 'layer_norm_epsilon': 1e-2}";
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
        return WORDS;
    }

    @Override
    public List<UnaryOperator<double[]>> blocks() {
        return List.of(x -> block(0, x), x -> block(1, x), this::head);
    }

    @Override
    public double[] embedded(int... text) {
        double[] x = new double[text.length * WIDTH];
        for (int t = 0; t < text.length; t++) {
            for (int j = 0; j < WIDTH; j++) {
                x[t * WIDTH + j] = tensors.get(prefix + "wte.weight")[text[t] * WIDTH + j]
                        + tensors.get(prefix + "wpe.weight")[t * WIDTH + j];
            }
        }
        return x;
    }

    private double[] block(int i, double[] x) {
        String layer = prefix + "h." + i + ".";
        double[] fused = tensors.projectedTransposed(layer + "attn.c_attn", normed(layer + "ln_1", x));
        double[][] parts = new double[3][x.length];
        for (int t = 0; t < x.length / WIDTH; t++) {
            for (int part = 0; part < 3; part++) {
                System.arraycopy(fused, (3 * t + part) * WIDTH, parts[part], t * WIDTH, WIDTH);
            }
        }
        double[] mixed = LoopTensors.attention(parts, WIDTH, HEADS, LoopTensors.Mask.CAUSAL);
        double[] attended = LoopTensors.sum(x, tensors.projectedTransposed(layer + "attn.c_proj", mixed));
        double[] inner = tensors.projectedTransposed(layer + "mlp.c_fc", normed(layer + "ln_2", attended));
        double[] moved =
                tensors.projectedTransposed(layer + "mlp.c_proj", LoopTensors.map(inner, LoopTensors::geluTanh));
        return LoopTensors.sum(attended, moved);
    }

    private double[] normed(String name, double[] x) {
        return tensors.normed(name + ".weight", name + ".bias", x);
    }

    private double[] head(double[] x) {
        return tensors.times(prefix + "wte.weight", normed(prefix + "ln_f", x), WIDTH);
    }
}
