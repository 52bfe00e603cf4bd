package org.normscope.job.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.plan.Selection;
import org.normscope.parity.KeyLayout;
import org.normscope.tensor.Printable;

/** The settings in force: of each the first layer's that sets it, else the default. */
public final class Settings {
    private final List<Layer> layers;

    /**
     * @param layers sources, the strongest first
     */
    public Settings(List<Layer> layers) {
        this.layers = List.copyOf(layers);
    }

    /** The text of a setting; empty if it isn't set and has no default. */
    public Optional<String> text(Setting setting) {
        return source(setting).map(layer -> layer.values().get(setting)).or(setting::initial);
    }

    /**
     * Whether a switch is on.
     *
     * @throws UsageException if it is set to anything but true and false
     */
    public boolean isOn(Setting setting) throws UsageException {
        return parsed(setting, "true or false", text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException();
                })
                .orElse(false);
    }

    /**
     * Everything that can change a number.
     *
     * @throws UsageException if a value has the wrong form or is out of range
     */
    public AuditSettings audit() throws UsageException {
        Selection selection = selection();
        long blockBytes = parsed(Setting.BLOCK_BYTES, "a size such as 64MB", ByteSize::parse)
                .orElseThrow();
        int top = parsed(Setting.TOP, "a whole number", Integer::valueOf).orElseThrow();
        Long seed = parsed(Setting.SEED, "a whole number", Long::valueOf).orElse(null);
        Precision precision = precision();
        try {
            return new AuditSettings(precision, selection, blockBytes, top, seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** What --include and --exclude say. */
    public Selection selection() {
        return new Selection(globs(Setting.INCLUDE), globs(Setting.EXCLUDE));
    }

    /**
     * Most bytes of tensors in a file of a new checkpoint.
     *
     * @throws UsageException if that isn't a size of at least one byte
     */
    public long maxShardBytes() throws UsageException {
        return parsed(Setting.MAX_SHARD_SIZE, "a size such as 5GB, at least 1", Settings::positiveSize)
                .orElseThrow();
    }

    private static long positiveSize(String text) {
        long bytes = ByteSize.parse(text);
        if (bytes < 1) {
            throw new IllegalArgumentException();
        }
        return bytes;
    }

    /**
     * The layout of new keys, if one is set.
     *
     * @throws UsageException if it is none that torch has
     */
    public Optional<KeyLayout> layout() throws UsageException {
        return text(Setting.LAYOUT).isEmpty() ? Optional.empty() : Optional.of(word(Setting.LAYOUT, KeyLayout.class));
    }

    /**
     * The dimension of a weight that is treated apart, if one is set.
     *
     * @throws UsageException if that isn't a whole number
     */
    public Optional<Integer> dim() throws UsageException {
        return parsed(Setting.DIM, "a whole number", Integer::valueOf);
    }

    /**
     * Power iterations of torch's spectral norm, if their number is set.
     *
     * @throws UsageException if that isn't a whole number
     */
    public Optional<Integer> powerIterations() throws UsageException {
        return parsed(Setting.N_POWER_ITERATIONS, "a whole number", Integer::valueOf);
    }

    /**
     * Torch's eps, if one is set.
     *
     * @throws UsageException if that isn't a number
     */
    public Optional<Double> eps() throws UsageException {
        return parsed(Setting.EPS, "a number", Double::valueOf);
    }

    /**
     * The cap of spectral norms, if there is one.
     *
     * @throws UsageException if that isn't a finite number above 0
     */
    public Optional<Double> maxSigma() throws UsageException {
        return parsed(Setting.MAX_SIGMA, "a number above 0", Settings::positive);
    }

    private static double positive(String text) {
        double value = Double.parseDouble(text);
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException();
        }
        return value;
    }

    private Precision precision() throws UsageException {
        double tolerance =
                parsed(Setting.TOLERANCE, "a number", Double::valueOf).orElseThrow();
        double probability =
                parsed(Setting.FAILURE_PROBABILITY, "a number", Double::valueOf).orElseThrow();
        Precision.Certify certify = word(Setting.CERTIFY, Precision.Certify.class);
        Precision.MethodChoice method = word(Setting.METHOD, Precision.MethodChoice.class);
        Integer iterations =
                parsed(Setting.ITERATIONS, "a whole number", Integer::valueOf).orElse(null);
        try {
            return new Precision(tolerance, probability, certify, method, iterations);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private <E extends Enum<E>> E word(Setting setting, Class<E> words) throws UsageException {
        String known = setting.label().replace("|", ", ");
        return parsed(setting, "one of " + known, text -> {
                    if (!text.equals(text.toLowerCase(Locale.ROOT))) {
                        throw new IllegalArgumentException();
                    }
                    return Enum.valueOf(words, text.toUpperCase(Locale.ROOT));
                })
                .orElseThrow();
    }

    private List<String> globs(Setting setting) {
        return text(setting).stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(glob -> !glob.isEmpty())
                .toList();
    }

    private <T> Optional<T> parsed(Setting setting, String wanted, Function<String, T> parser) throws UsageException {
        Optional<String> text = text(setting);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text.get()));
        } catch (IllegalArgumentException e) {
            String prefix = source(setting).map(Layer::prefix).orElse("");
            throw new UsageException(
                    prefix + setting.key() + " must be " + wanted + ", not " + Printable.quoted(text.get()));
        }
    }

    private Optional<Layer> source(Setting setting) {
        return layers.stream()
                .filter(layer -> layer.values().containsKey(setting))
                .findFirst();
    }
}
