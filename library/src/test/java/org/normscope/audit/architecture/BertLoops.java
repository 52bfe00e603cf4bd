package org.normscope.audit.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A small BERT with random weights, and one of its heads. */
final class BertLoops implements TokenLoops {
    private static final int TOKENS = 3;
    private static final int WIDTH = 8;
    private static final int HEADS = 2;
    private static final int INNER = 6;
    private static final int WORDS = 9;

    /** What is looked at of what comes out. */
    enum Head {
        /** Scores of words, of a model that has the other head, too. */
        PREDICTIONS,
        /** Whether a sentence follows. */
        RELATIONSHIP,
        /** A class for each text. */
        CLASSIFIER,
        /** A class for each token. */
        TOKEN_CLASSIFIER,
        /** None: vectors of tokens, and the pooled one. */
        NONE
    }

    private final LoopTensors tensors;
    private final Head head;
    private final String prefix;
    private final String scale;
    private final String shift;

    BertLoops(Head head, Random random) {
        this.head = head;
        this.tensors = new LoopTensors(random);
        boolean old = head == Head.PREDICTIONS || head == Head.RELATIONSHIP;
        this.prefix = head == Head.NONE ? "" : "bert.";
        this.scale = old ? ".gamma" : ".weight";
        this.shift = old ? ".beta" : ".bias";
        tensors.make(prefix + "embeddings.word_embeddings.weight", 0.3, WORDS, WIDTH);
        tensors.make(prefix + "embeddings.position_embeddings.weight", 0.5, TOKENS + 1, WIDTH);
        tensors.make(prefix + "embeddings.token_type_embeddings.weight", 0.5, 2, WIDTH);
        norm(prefix + "embeddings.LayerNorm");
        for (int i = 0; i < 2; i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            for (String part : List.of("attention.self.query", "attention.self.key", "attention.self.value")) {
                tensors.linear(layer + part, WIDTH, WIDTH);
            }
            tensors.linear(layer + "attention.output.dense", WIDTH, WIDTH);
            norm(layer + "attention.output.LayerNorm");
            tensors.linear(layer + "intermediate.dense", INNER, WIDTH);
            tensors.linear(layer + "output.dense", WIDTH, INNER);
            norm(layer + "output.LayerNorm");
        }
        // Which a classifier of tokens may have stored, and doesn't use.
        tensors.linear(prefix + "pooler.dense", WIDTH, WIDTH);
        if (old) {
            tensors.linear("cls.predictions.transform.dense", WIDTH, WIDTH);
            norm("cls.predictions.transform.LayerNorm");
            tensors.make("cls.predictions.bias", 0.5, WORDS);
            tensors.linear("cls.seq_relationship", 2, WIDTH);
        } else if (head != Head.NONE) {
            tensors.linear("classifier", 2, WIDTH);
        }
    }

    private void norm(String name) {
        tensors.norm(name + scale, name + shift, WIDTH);
    }

    @Override
    public LoopTensors tensors() {
        return tensors;
    }

    @Override
    public String config() {
        String architecture = head == Head.TOKEN_CLASSIFIER ? "'architectures': ['BertForTokenClassification'], " : "";
        return "{" + architecture + "'model_type': 'bert', 'hidden_size': 8, 'num_attention_heads': 2,"
                + " 'num_hidden_layers': 2, 'layer_norm_eps': 1e-2}";
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
        String names = prefix + "embeddings.";
        double[] x = new double[text.length * WIDTH];
        for (int t = 0; t < text.length; t++) {
            for (int j = 0; j < WIDTH; j++) {
                x[t * WIDTH + j] = tensors.get(names + "word_embeddings.weight")[text[t] * WIDTH + j]
                        + tensors.get(names + "position_embeddings.weight")[t * WIDTH + j]
                        + tensors.get(names + "token_type_embeddings.weight")[(t + 1) / text.length * WIDTH + j];
            }
        }
        return normed(names + "LayerNorm", x);
    }

    private double[] block(int i, double[] x) {
        String layer = prefix + "encoder.layer." + i + ".";
        double[][] parts = {
            tensors.projected(layer + "attention.self.query", x),
            tensors.projected(layer + "attention.self.key", x),
            tensors.projected(layer + "attention.self.value", x)
        };
        double[] mixed = LoopTensors.attention(parts, WIDTH, HEADS, LoopTensors.Mask.NONE);
        double[] moved = tensors.projected(layer + "attention.output.dense", mixed);
        double[] attended = normed(layer + "attention.output.LayerNorm", LoopTensors.sum(x, moved));
        double[] inner = LoopTensors.map(tensors.projected(layer + "intermediate.dense", attended), LoopTensors::gelu);
        double[] out = tensors.projected(layer + "output.dense", inner);
        return normed(layer + "output.LayerNorm", LoopTensors.sum(attended, out));
    }

    private double[] normed(String name, double[] x) {
        return tensors.normed(name + scale, name + shift, x);
    }

    /** A vector for each token; one for the whole text is repeated. */
    private double[] head(double[] x) {
        return switch (head) {
            case PREDICTIONS -> {
                double[] y =
                        LoopTensors.map(tensors.projected("cls.predictions.transform.dense", x), LoopTensors::gelu);
                y = normed("cls.predictions.transform.LayerNorm", y);
                yield tensors.times(prefix + "embeddings.word_embeddings.weight", y, WIDTH);
            }
            case RELATIONSHIP -> repeated(tensors.projected("cls.seq_relationship", pooled(x)));
            case CLASSIFIER -> repeated(tensors.projected("classifier", pooled(x)));
            case TOKEN_CLASSIFIER -> tensors.projected("classifier", x);
            case NONE -> repeated(pooled(x));
        };
    }

    private double[] pooled(double[] x) {
        double[] first = Arrays.copyOf(x, WIDTH);
        return LoopTensors.map(tensors.projected(prefix + "pooler.dense", first), Math::tanh);
    }

    private static double[] repeated(double[] y) {
        double[] all = new double[TOKENS * y.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = y[i % y.length];
        }
        return all;
    }
}
