package org.normscope.weights;

import java.util.Locale;
import java.util.regex.Pattern;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;

/** What a tensor is for, judged by its name, rank and type; decides what may enter a model's bound, never what is audited. */
public enum Role {
    WEIGHT,
    BIAS,
    NORM,
    EMBEDDING,
    BUFFER,
    PARAMETRIZATION,
    OPTIMIZER,
    QUANTIZED,
    OTHER;

    private static final Pattern OPTIMIZER_STATE =
            Pattern.compile("(^|\\.)(optimizer(_states?)?|exp_avg(_sq)?|momentum_buffer)(\\.|$)");
    private static final Pattern RUNNING_BUFFER =
            Pattern.compile("(^|[._])(running_mean|running_var|num_batches_tracked|inv_freq|position_ids|mask)$");
    private static final Pattern NORM_LAYER =
            Pattern.compile("(^|[._])((\\w*norm\\w*)|ln(_\\w+|\\d+)?|bn\\d*)\\.(weight|bias|gamma|beta|scale)$");
    private static final Pattern EMBEDDING_TABLE =
            Pattern.compile("(^|[._])(\\w*embed(ding|dings|_tokens|s)?\\w*|wte|wpe)(\\.weight)?$");

    /** The word the report uses. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of a tensor as far as it alone tells. */
    public static Role of(StoredTensor tensor) {
        String name = tensor.name();
        if (OPTIMIZER_STATE.matcher(name).find()) {
            return OPTIMIZER;
        }
        if (tensor.dtype().kind() == DType.Kind.INTEGER
                || RUNNING_BUFFER.matcher(name).find()) {
            return BUFFER;
        }
        if (NORM_LAYER.matcher(name).find()) {
            return NORM;
        }
        if (name.equals("bias") || name.endsWith(".bias") || name.endsWith("_bias")) {
            return BIAS;
        }
        if (tensor.shape().rank() < 2) {
            return name.equals("weight") || name.endsWith(".weight") ? NORM : OTHER;
        }
        return EMBEDDING_TABLE.matcher(name).find() ? EMBEDDING : WEIGHT;
    }
}
