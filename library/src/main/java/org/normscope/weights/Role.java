package org.normscope.weights;

import java.util.Locale;
import java.util.regex.Pattern;
import org.normscope.tensor.DType;
import org.normscope.tensor.StoredTensor;

/**
 * What a tensor is for; decides what may enter a model's bound. What is state of an optimizer, a part of a parametrization or
 * quantized makes no weight by itself; everything else of two dimensions or more does.
 */
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

    private static final Pattern OPTIMIZER_STATE = Pattern.compile(
            "(^|\\.)(optimizer(_states?|_state_dict)?|(max_)?exp_avg(_sq)?|exp_inf|momentum_buffer|square_avg|acc_delta)(\\.|$)");
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

    /** The role of a tensor as far as its name, rank and type alone tell; {@link WeightMap#roleOf} knows what lies beside it. */
    public static Role of(StoredTensor tensor) {
        boolean isState = OPTIMIZER_STATE.matcher(Names.end(tensor.name())).find();
        return !isState && tensor.dtype().kind() == DType.Kind.INTEGER
                ? BUFFER
                : ofName(tensor.name(), tensor.shape().rank());
    }

    /** The role of floating numbers of this name and rank. */
    static Role ofName(String tensor, int rank) {
        String name = Names.end(tensor);
        if (OPTIMIZER_STATE.matcher(name).find()) {
            return OPTIMIZER;
        }
        if (RUNNING_BUFFER.matcher(name).find()) {
            return BUFFER;
        }
        if (NORM_LAYER.matcher(name).find()) {
            return NORM;
        }
        if (name.equals("bias") || name.endsWith(".bias") || name.endsWith("_bias")) {
            return BIAS;
        }
        if (rank < 2) {
            return name.equals("weight") || name.endsWith(".weight") ? NORM : OTHER;
        }
        return EMBEDDING_TABLE.matcher(name).find() ? EMBEDDING : WEIGHT;
    }
}
