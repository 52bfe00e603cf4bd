package org.normscope.job.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Everything that can be set, by one name on the command line ({@code --tolerance}), in a settings file ({@code tolerance}) and in
 * Spark's configuration ({@code spark.normscope.tolerance}).
 */
public enum Setting {
    OUT(
            "out",
            "DIR",
            "",
            "Folder for report.json, report.html, weights.csv and weights.parquet, on any file system; without it nothing is written."),
    TOLERANCE(
            "tolerance",
            "X",
            "1e-3",
            "Certified relative width, upper / lower - 1, at which a matrix is done; from 1e-8 to below 1."),
    FAILURE_PROBABILITY(
            "failure-probability",
            "P",
            "1e-12",
            "Chance, per weight, that a probabilistic upper bound is wrong; above 0, below 0.5."),
    CERTIFY(
            "certify",
            "probabilistic|rigorous",
            "probabilistic",
            "Weakest certificate that is good enough; rigorous is deterministic and counts every rounding, at the price of a Gram matrix."),
    METHOD(
            "method",
            "auto|gram|krylov|power",
            "auto",
            "How norms are computed: by cost, Gram matrix, block Lanczos, or power iteration, which bounds from below only."),
    ITERATIONS(
            "iterations", "N", "", "Most readings of a matrix, at least 2; without it as many as the tolerance takes."),
    INCLUDE(
            "include",
            "GLOB",
            "",
            "Only tensors whose name matches; * stands for any characters, dots too, and ? for one. Repeat it, or separate globs by commas."),
    EXCLUDE("exclude", "GLOB", "", "No tensors whose name matches; as --include."),
    SEED(
            "seed",
            "N",
            "",
            "Start of all random streams, 0 to 2^53 - 1; without it a fresh one is drawn. The report records it."),
    BLOCK_BYTES(
            "block-bytes",
            "SIZE",
            "64MB",
            "Bytes of a matrix that are held and summed at once; a plain number is bytes, KB, MB and GB are powers of 1024."),
    TOP("top", "K", "1", "Leading singular values per weight; more than one adds singular_values to report.json."),
    VECTORS(
            "vectors",
            "DIR",
            "",
            "Folder for vectors.safetensors: for each weight the leading left and right singular vectors, as NAME.u and NAME.v, in F64."),
    ROW_NORMS(
            "row-norms",
            "DIR",
            "",
            "Folder for row_norms.parquet: key, index and Euclidean norm of every row of every weight, rows being slices along its dim, most often 0."),
    NETWORK(
            "network",
            "FILE",
            "",
            "JSON file that says how layers are connected (docs/network.md); adds an upper bound on the Lipschitz constant of the whole."),
    ADAPTER(
            "adapter",
            "DIR",
            "",
            "Folder of a LoRA adapter (PEFT) that is merged into the weights: norms of each weight, of its change and of their sum."),
    EXPLAIN(
            "explain",
            "BLOCK",
            "",
            "Prints how the bound of this block of the network comes about: each layer's rule with its numbers filled in. With --json on stderr."),
    MAX_SHARD_SIZE(
            "max-shard-size",
            "SIZE",
            "5GB",
            "Most bytes of tensors in a file of the new checkpoint; a larger tensor has one of its own. What fits one file is one, without an index."),
    DRY_RUN(
            "dry-run",
            "",
            "false",
            "Shows what would be changed, kept and written, with all keys before and after, and writes nothing."),
    LAYOUT("layout", "legacy|parametrized", "", "The layout of the new keys."),
    DIM("dim", "D", "", "The dimension that keeps its own norms, or becomes rows."),
    MAX_SIGMA(
            "max-sigma",
            "X",
            "",
            "The cap of spectral norms, above 0: only weights that may exceed it are scaled. Without it all are divided by their norm."),
    N_POWER_ITERATIONS(
            "n-power-iterations",
            "N",
            "",
            "Power iterations of torch's spectral norm, at least 1, before u and v are stored."),
    EPS("eps", "E", "", "Smallest length that torch's spectral norm divides a vector by."),
    JSON("json", "", "false", "Prints the report as JSON in place of the table."),
    OVERWRITE("overwrite", "", "false", "Replaces files that exist in the output folders."),
    RESUME(
            "resume",
            "",
            "false",
            "Goes on with an interrupted audit from the journal in --out: the same checkpoint and settings, the seed of the journal; what is finished isn't read again."),
    VERBOSE("verbose", "", "false", "Adds the stack trace to an error."),
    QUIET("quiet", "", "false", "Prints neither progress nor the table.");

    private final String key;
    private final String label;
    private final String initial;
    private final String sentence;

    Setting(String key, String label, String initial, String sentence) {
        this.key = key;
        this.label = label;
        this.initial = initial;
        this.sentence = sentence;
    }

    /** The name, without dashes before it. */
    public String key() {
        return key;
    }

    /** What stands for the value in the help, e.g. {@code DIR}; empty for a switch. */
    public String label() {
        return label;
    }

    /** Whether it is on or off and nothing else. */
    public boolean isSwitch() {
        return label.isEmpty();
    }

    /** Whether it may be given several times. */
    public boolean isList() {
        return this == INCLUDE || this == EXCLUDE;
    }

    /** The default as a user would write it; empty if there is no value without one being set. */
    public Optional<String> initial() {
        return Optional.of(initial).filter(text -> !text.isEmpty());
    }

    /** What it is for, in one sentence or two. */
    public String sentence() {
        return sentence;
    }

    /** The setting with this key. */
    public static Optional<Setting> byKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    /** All keys. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(Setting::key).toList();
    }
}
