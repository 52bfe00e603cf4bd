package org.normscope.audit.adapter;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.JsonTree;
import org.normscope.storage.RangeReader;
import org.normscope.storage.Storage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Layout.LowRankSum.Orientation;
import org.normscope.tensor.Printable;

/** {@code adapter_config.json} as PEFT writes it: what a pair of factors is multiplied by. What else an adapter may be is rejected by name. */
final class AdapterConfig {
    static final String FILE = "adapter_config.json";

    private static final String MERGE =
            " isn't supported; merge the adapter into the model (PEFT: merge_and_unload) and audit the result";
    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9_.]+");
    /** Ways to begin that change the base weights, too. */
    private static final Pattern CHANGED_BASE = Pattern.compile("(?i)(pissa|olora|corda|loftq|lora_ga).*");

    /** What gives a model more than pairs of factors, or other layers. */
    private static final List<String> OTHERS = List.of(
            "modules_to_save",
            "trainable_token_indices",
            "alora_invocation_tokens",
            "layer_replication",
            "arrow_config");

    private final String where;
    private final Map<String, Object> values;

    private AdapterConfig(String where, Map<String, Object> values) {
        this.where = where;
        this.values = values;
    }

    /**
     * Reads it.
     *
     * @throws BadCheckpointException if it is missing, damaged, or asks for what isn't supported
     * @throws IOException if the storage fails
     */
    static AdapterConfig read(Storage storage, String directory) throws BadCheckpointException, IOException {
        String location = storage.child(directory, FILE);
        if (storage.kind(location) != Storage.Kind.FILE) {
            throw new BadCheckpointException(
                    directory + ": no adapter, for there is no " + FILE + "; give the directory that PEFT saved");
        }
        try (RangeReader file = storage.open(location)) {
            AdapterConfig config = new AdapterConfig(location, JsonTree.read(location, file));
            config.requireSupported();
            config.number("lora_alpha");
            config.rank();
            return config;
        }
    }

    private BadCheckpointException because(String message) {
        return new BadCheckpointException(where + ": " + message);
    }

    private void requireSupported() throws BadCheckpointException {
        if (!"LORA".equals(values.get("peft_type"))) {
            throw because("peft_type " + Printable.oneLine(String.valueOf(values.get("peft_type"))) + MERGE);
        }
        for (String key : List.of("use_dora", "lora_bias", "use_qalora")) {
            if (isOn(key)) {
                throw because(key + MERGE);
            }
        }
        if (!"none".equals(values.getOrDefault("bias", "none"))) {
            throw because("bias " + Printable.oneLine(String.valueOf(values.get("bias"))) + MERGE);
        }
        for (String key : OTHERS) {
            Object value = values.get(key);
            boolean isNothing = value == null || value instanceof List<?> list && list.isEmpty();
            if (!isNothing) {
                throw because(key + MERGE);
            }
        }
        for (String key : List.of("use_rslora", "fan_in_fan_out")) {
            isOn(key);
        }
        if (values.get("init_lora_weights") instanceof String way
                && CHANGED_BASE.matcher(way).matches()) {
            throw because("init_lora_weights " + Printable.oneLine(way)
                    + " changes the base's weights, too, so base and adapter don't add up to the model: it" + MERGE);
        }
    }

    private boolean isOn(String key) throws BadCheckpointException {
        Object value = values.getOrDefault(key, false);
        if (value instanceof Boolean on) {
            return on;
        }
        throw because(key + " must be true or false");
    }

    /** How products are added: Conv1D of GPT-2 stores inputs x outputs. */
    Orientation orientation() throws BadCheckpointException {
        return isOn("fan_in_fan_out") ? Orientation.TRANSPOSED : Orientation.AS_IT_IS;
    }

    /** The rank of a module's factors. */
    long rank(String module) throws BadCheckpointException {
        Double own = pattern("rank_pattern", module);
        return own == null ? rank() : whole("rank_pattern", own);
    }

    private long rank() throws BadCheckpointException {
        return whole("r", number("r"));
    }

    private long whole(String key, double number) throws BadCheckpointException {
        if (!(number >= 1 && number <= 1 << 20) || number != Math.rint(number)) {
            throw because(key + " must be a whole number of at least 1");
        }
        return (long) number;
    }

    /** What a module's product is multiplied by: alpha / r, or alpha / sqrt(r), in double as PEFT computes it. */
    double factor(String module) throws BadCheckpointException {
        Double own = pattern("alpha_pattern", module);
        double alpha = own == null ? number("lora_alpha") : own;
        long rank = rank(module);
        return isOn("use_rslora") ? alpha / Math.sqrt(rank) : alpha / rank;
    }

    private double number(String key) throws BadCheckpointException {
        if (values.get(key) instanceof Double number && Double.isFinite(number)) {
            return number;
        }
        throw because("needs " + key + ", a number");
    }

    /** The number of the first key that a module's name ends with; null for none. */
    private @Nullable Double pattern(String key, String module) throws BadCheckpointException {
        if (!(values.get(key) instanceof Map<?, ?> map)) {
            return null;
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String end = String.valueOf(entry.getKey());
            if (!LITERAL.matcher(end).matches()) {
                throw because(key + " " + Printable.quoted(end) + ": a regular expression" + MERGE);
            }
            if (module.equals(end) || module.endsWith("." + end)) {
                if (entry.getValue() instanceof Double number && Double.isFinite(number)) {
                    return number;
                }
                throw because(key + " " + Printable.quoted(end) + " must be a number");
            }
        }
        return null;
    }
}
