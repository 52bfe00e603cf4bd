package org.normscope.audit.network;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The words that describe a layer, and the keys that each takes beside its own; docs/network.md. */
enum LayerKind {
    LINEAR("bias", "transposed", "index"),
    CONV("bias", "stride", "dilation", "groups", "padding"),
    CONV_TRANSPOSE("bias", "stride", "dilation", "groups", "padding", "output_padding"),
    PATCHES("bias"),
    EMBEDDING("index"),
    LOOKUP,
    BATCH_NORM("eps", "variance", "weight"),
    LAYER_NORM("bias", "eps", "width"),
    RMS_NORM("eps", "width", "unit_offset"),
    LEAKY_RELU,
    PRELU,
    ELU,
    SQUARED_RELU,
    SOFTMAX,
    LOG_SOFTMAX,
    MAX_POOL("stride", "dilation", "padding"),
    AVG_POOL("stride", "dilation", "padding", "count_include_pad", "ceil_mode"),
    MEAN,
    ADD,
    MULTIPLY,
    CONCAT("axis"),
    IDENTITY,
    DROPOUT,
    FLATTEN,
    PERMUTE,
    SELECT,
    PAD("amount"),
    MAGNITUDE,
    SHIFT,
    LSTM("recurrent", "bias", "steps", "state", "outputs"),
    SCALE,
    SLOPES("at_zero"),
    UPSAMPLE,
    REPEAT,
    ATTENTION("heads", "kv_heads", "head_dim", "positions", "factor", "mask", "soft_cap", "query_norm", "key_norm"),
    GATED_MLP("activation"),
    MOE("chosen"),
    UNKNOWN;

    private final List<String> options;

    LayerKind(String... options) {
        this.options = List.of(options);
    }

    /** The word in a description. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Keys beside its own, {@code name} and {@code input}. */
    List<String> options() {
        return options;
    }

    /** Whether its bias doesn't count for the bound. */
    boolean ignoresBias() {
        return this == CONV || this == CONV_TRANSPOSE || this == LSTM;
    }

    /** Whether it normalizes vectors. */
    boolean isNorm() {
        return this == LAYER_NORM || this == RMS_NORM;
    }

    /** The kind with this word. */
    static Optional<LayerKind> named(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
