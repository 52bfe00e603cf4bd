package org.normscope.audit.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.architecture.Structure;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.result.AdapterEffect;
import org.normscope.audit.result.AuditReport;
import org.normscope.bound.Interval;
import org.normscope.kernel.Kernels;
import org.normscope.storage.LocalStorage;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.WrittenCheckpoint;

/** Adapters merged into weights, by closed forms and against merged checkpoints. */
class AdapterTest {
    private static final String PLAIN =
            "{'peft_type': 'LORA', 'r': 1, 'lora_alpha': 2, 'target_modules': ['q'], 'bias': 'none'}";
    private static final String PREFIX = "base_model.model.";

    @TempDir
    private Path folder;

    private final LocalStorage storage = new LocalStorage();

    private Path base(WrittenCheckpoint checkpoint) throws IOException {
        return Files.write(folder.resolve("base.safetensors"), checkpoint.bytes());
    }

    private String adapter(String config, WrittenCheckpoint factors) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("adapter"));
        Files.writeString(directory.resolve("adapter_config.json"), config.replace('\'', '"'));
        Files.write(directory.resolve("adapter_model.safetensors"), factors.bytes());
        return directory.toString();
    }

    private AdapterEffect effect(Path base, String directory) throws Exception {
        Adapter adapter = Adapter.open(storage, Checkpoints.open(storage, base.toString()), directory);
        AuditPlan.Request request = AuditPlan.Request.REPORT_ONLY.adapting(adapter.adapted());
        AuditPlan plan = Audit.plan(adapter.checkpoint(), AuditSettings.DEFAULT.withSeed(1), request);
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return AdapterEffects.of(adapter, plan, report, new Structure.Unknown(), storage);
    }

    private AdapterEffect.Change only(Path base, String directory) throws Exception {
        AdapterEffect effect = effect(base, directory);
        assertThat(effect.weights()).hasSize(1);
        return effect.weights().get(0);
    }

    private static void contains(@Nullable Interval interval, double truth) {
        assertThat(interval).isNotNull();
        if (interval != null) {
            assertThat(interval.lower().value()).isLessThanOrEqualTo(truth * (1 + 1e-14));
            double upper = interval.upper().orElseThrow().value();
            assertThat(upper).isBetween(truth * (1 - 1e-14), truth * (1 + 2e-3));
        }
    }

    private static WrittenCheckpoint square() {
        return new WrittenCheckpoint()
                .with("model.q.weight", DType.F32, Shape.of(2, 2), 3, 0, 0, 2)
                .with("model.norm.weight", DType.F32, Shape.of(2), 1, 1);
    }

    private static WrittenCheckpoint pair(String module) {
        return new WrittenCheckpoint()
                .with(PREFIX + module + ".lora_A.weight", DType.F32, Shape.of(1, 2), 0, 1)
                .with(PREFIX + module + ".lora_B.weight", DType.F32, Shape.of(2, 1), 0, 2);
    }

    @ParameterizedTest
    @CsvSource({"model.q, false, 4", "q, false, 4", "wrapped.model.q, false, 4", "model.q, true, 4"})
    void normsOfDiagonalMatricesAddUp(String module, boolean scaledByRoot, double change) throws Exception {
        // diag(3, 2) + 2 diag(0, 2) = diag(3, 6); rank 1, so that both factors are alpha
        String config = PLAIN.replace("'bias'", "'use_rslora': " + scaledByRoot + ", 'bias'");
        AdapterEffect.Change found = only(base(square()), adapter(config, pair(module)));
        assertThat(found.weight()).isEqualTo("model.q.weight");
        assertThat(found.factor()).isEqualTo(2);
        contains(found.before(), 3);
        contains(found.change(), change);
        contains(found.after(), 6);
        assertThat(found.least()).isNotNull();
        assertThat(found.most()).isNotNull();
        if (found.least() != null && found.most() != null) {
            assertThat(found.least().value()).isBetween(4 / 3.0 * 0.99, 4 / 3.0);
            assertThat(found.most().value()).isBetween(4 / 3.0, 4 / 3.0 * 1.01);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 40, 24, 3, F32", "true, 24, 40, 3, BF16", "false, 16, 64, 8, F64", "true, 64, 16, 5, F32"})
    void sumsAreThoseOfTheMergedCheckpoint(boolean turned, int rows, int cols, int rank, DType dtype) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("AdapterTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] w = WrittenCheckpoint.random(dtype, rows * cols, random);
        int out = turned ? cols : rows;
        int in = turned ? rows : cols;
        byte[] a = WrittenCheckpoint.random(DType.F32, rank * in, random);
        byte[] b = WrittenCheckpoint.random(DType.F32, out * rank, random);
        double[] sum = WrittenCheckpoint.decoded(dtype, w);
        double[] first = WrittenCheckpoint.decoded(DType.F32, a);
        double[] second = WrittenCheckpoint.decoded(DType.F32, b);
        double factor = 7 / Math.sqrt(rank);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                for (int k = 0; k < rank; k++) {
                    int output = turned ? j : i;
                    int input = turned ? i : j;
                    sum[i * cols + j] += factor * second[output * rank + k] * first[k * in + input];
                }
            }
        }
        String config = PLAIN.replace("'r': 1", "'r': " + rank)
                .replace("'lora_alpha': 2", "'lora_alpha': 7, 'use_rslora': true, 'fan_in_fan_out': " + turned);
        String directory = adapter(
                config,
                new WrittenCheckpoint()
                        .with(PREFIX + "c.lora_A.weight", DType.F32, Shape.of(rank, in), a)
                        .with(PREFIX + "c.lora_B.weight", DType.F32, Shape.of(out, rank), b));
        AdapterEffect.Change found =
                only(base(new WrittenCheckpoint().with("c.weight", dtype, Shape.of(rows, cols), w)), directory);
        double truth = norm(new WrittenCheckpoint().with("c.weight", DType.F64, Shape.of(rows, cols), sum));
        contains(found.after(), truth);
    }

    /** The norm of the only weight, to nine digits. */
    private double norm(WrittenCheckpoint merged) throws Exception {
        AuditPlan plan = Audit.plan(
                Checkpoints.open(merged.storage(), WrittenCheckpoint.LOCATION),
                AuditSettings.DEFAULT.withSeed(1),
                AuditPlan.Request.REPORT_ONLY);
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(
                        new LocalEngine(merged.storage(), kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return Objects.requireNonNull(report.weights().get(0).norm()).sigma().estimate();
    }

    @Test
    void anAdapterThatUndoesTheWeightLeavesNothing() throws Exception {
        WrittenCheckpoint checkpoint =
                new WrittenCheckpoint().with("model.q.weight", DType.F32, Shape.of(2, 2), 0, 0, 0, -4);
        AdapterEffect.Change found = only(base(checkpoint), adapter(PLAIN, pair("model.q")));
        contains(found.before(), 4);
        assertThat(found.after()).isNotNull();
        if (found.after() != null) {
            assertThat(found.after().upper().orElseThrow().value()).isLessThan(1e-320);
        }
    }

    @Test
    void patternsGiveModulesRanksAndAlphasOfTheirOwn() throws Exception {
        String config = PLAIN.replace("'r': 1", "'r': 9")
                .replace("'bias'", "'rank_pattern': {'q': 1}, 'alpha_pattern': {'model.q': 0.5}, 'bias'");
        assertThat(only(base(square()), adapter(config, pair("model.q"))).factor())
                .isEqualTo(0.5);
    }

    private void isRejected(String config, WrittenCheckpoint factors, String message) throws IOException {
        Path base = base(square());
        String directory = adapter(config, factors);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Adapter.open(storage, Checkpoints.open(storage, base.toString()), directory))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'peft_type': 'IA3'           | peft_type IA3 isn't supported; merge the adapter",
                "'use_dora': true             | use_dora isn't supported",
                "'bias': 'all'                | bias all isn't supported",
                "'modules_to_save': ['head']  | modules_to_save isn't supported",
                "'trainable_token_indices': [1] | trainable_token_indices isn't supported",
                "'init_lora_weights': 'pissa_niter_4' | changes the base's weights",
                "'r': 2                       | are no factors of rank 2",
                "'r': 0                       | r must be a whole number",
                "'lora_alpha': 'x'            | needs lora_alpha, a number",
                "'fan_in_fan_out': true, 'alpha_pattern': {'q.*': 2} | a regular expression isn't supported",
                "'rank_pattern': {'q': 'x'}   | must be a number",
            })
    void whatAnAdapterAsksForAndIsNotDoneIsNamed(String key, String message) throws IOException {
        String name = key.substring(0, key.indexOf(':'));
        String config = PLAIN.contains(name + ":")
                ? PLAIN.replaceFirst(name + ": ('[^']*'|\\d+)", key)
                : PLAIN.replace("{", "{" + key + ", ");
        isRejected(config, pair("model.q"), message);
    }

    @Test
    void tensorsThatCannotBeMergedAreNamed() throws IOException {
        Shape pair = Shape.of(2);
        isRejected(
                PLAIN,
                pair("model.q").with(PREFIX + "model.q.lora_magnitude_vector", DType.F32, pair, 1, 1),
                "can't be merged: 'base_model.model.model.q.lora_magnitude_vector'");
        isRejected(
                PLAIN,
                pair("model.q").with(PREFIX + "e.lora_embedding_A", DType.F32, Shape.of(1, 2), 1, 1),
                "lora_embedding_A");
        isRejected(PLAIN, pair("other.k"), "the base has no weight 'other.k.weight'");
        isRejected(
                PLAIN,
                new WrittenCheckpoint().with(PREFIX + "model.q.lora_A.weight", DType.F32, Shape.of(1, 2), 0, 1),
                "has no lora_B beside it");
        isRejected(
                PLAIN,
                new WrittenCheckpoint()
                        .with(PREFIX + "model.q.lora_A.weight", DType.F32, Shape.of(1, 3), 0, 1, 2)
                        .with(PREFIX + "model.q.lora_B.weight", DType.F32, Shape.of(2, 1), 0, 2),
                "doesn't fit 'model.q.weight' [2, 2]");
        isRejected(PLAIN, pair("model.norm"), "doesn't fit 'model.norm.weight' [2]");
        isRejected(PLAIN, new WrittenCheckpoint(), "no tensor is named ...lora_A.weight");
    }

    @Test
    void aFolderWithoutAConfigurationIsNoAdapter() throws IOException {
        Path base = base(square());
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> Adapter.open(storage, Checkpoints.open(storage, base.toString()), folder.toString()))
                .withMessageContaining("no adapter_config.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'layer_replication': [[0, 1], [0, 1]] | layer_replication",
                "'arrow_config': {'top_k': 3} | arrow_config",
                "'init_lora_weights': 'lora_ga' | lora_ga",
                "'modules_to_save': 'lm_head' | modules_to_save",
                "'use_dora': 1 | use_dora",
                "'use_rslora': 'true' | use_rslora",
                "'fan_in_fan_out': 1 | fan_in_fan_out"
            })
    void whatWouldChangeTheSumIsNotPassedOver(String setting, String word) throws Exception {
        Path base = base(square());
        String directory = adapter(PLAIN.replace("'bias'", setting + ", 'bias'"), pair("model.q"));
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> effect(base, directory))
                .withMessageContaining(word);
    }

    @Test
    void secondFactorsNeedFirstOnes() throws Exception {
        Path base = base(square());
        WrittenCheckpoint factors =
                pair("model.q").with(PREFIX + "model.k.lora_B.weight", DType.F32, Shape.of(2, 1), 0, 2);
        String directory = adapter(PLAIN, factors);
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> effect(base, directory))
                .withMessageContaining("model.k.lora_B.weight");
    }
}
