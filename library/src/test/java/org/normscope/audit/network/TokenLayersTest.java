package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.Audit;
import org.normscope.audit.Checkpoints;
import org.normscope.audit.LocalEngine;
import org.normscope.audit.plan.AuditPlan;
import org.normscope.audit.plan.AuditSettings;
import org.normscope.audit.plan.Precision;
import org.normscope.audit.result.AuditReport;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.kernel.Kernels;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.DType;
import org.normscope.tensor.Shape;
import org.normscope.testing.MemoryStorage;
import org.normscope.testing.WrittenCheckpoint;

/** Attention, gated MLPs and mixtures from descriptions; matrices are diagonal, so that their constants can be calculated. */
class TokenLayersTest {
    private static final double ROOT = Math.sqrt(2);
    /** Gain 2 and radius sqrt(2) before what follows. */
    private static final String NORM = "{'rms_norm': true, 'width': 2, 'eps': 0.25}, ";

    private static final String PARTS = "'query': 'q', 'key': 'k', 'value': 'v', 'output': 'o'";
    private static final String MLP = "{'gated_mlp': {'gate': 'q', 'up': 'v', 'down': 'o'}}";

    private static WrittenCheckpoint checkpoint() {
        Shape square = Shape.of(2, 2);
        return new WrittenCheckpoint()
                .with("q", DType.F32, square, 3, 0, 0, 1)
                .with("k", DType.F32, square, 1, 0, 0, 2)
                .with("v", DType.F32, square, 1, 0, 0, 5)
                .with("o", DType.F32, square, 4, 0, 0, 1)
                .with("qkv", DType.F32, Shape.of(6, 2), 3, 0, 0, 1, 1, 0, 0, 2, 1, 0, 0, 5)
                .with("qkv.transposed", DType.F32, Shape.of(2, 6), 3, 0, 1, 0, 1, 0, 0, 1, 0, 2, 0, 5)
                .with("qkv.bias", DType.F32, Shape.of(6), 0, 3, 4, 0, 0, 0)
                .with("q.bias", DType.F32, Shape.of(2), 0, 3)
                .with("k.bias", DType.F32, Shape.of(2), 4, 0)
                .with("nan", DType.F32, square, Double.NaN, 0, 0, 5)
                .with("wide", DType.F32, Shape.of(2, 3), 1, 0, 0, 0, 1, 0)
                .with("scale", DType.F32, Shape.of(2), -0.5, 0.25)
                .with("shift", DType.F32, Shape.of(2), 1, 0)
                .with("small", DType.F32, Shape.of(2), -0.75, -1.5);
    }

    private static ModelBound bound(String layers) throws Exception {
        String json = "{'norm': 'max_token_l2', 'layers': [" + layers + "]}";
        byte[] text = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        MemoryStorage storage = checkpoint().storage().with("n.json", text);
        Precision precision =
                new Precision(1e-6, 1e-12, Precision.Certify.PROBABILISTIC, Precision.MethodChoice.AUTO, null);
        AuditSettings settings = AuditSettings.DEFAULT.withSeed(1).with(precision);
        AuditPlan plan = Audit.plan(
                Checkpoints.open(storage, WrittenCheckpoint.LOCATION), settings, AuditPlan.Request.REPORT_ONLY);
        Kernels kernels = Kernels.best();
        AuditReport report = new Audit(new LocalEngine(storage, kernels, 1, 1L << 28), kernels, Audit.Progress.SILENT)
                .run(plan, 0, (weight, found) -> {});
        return NetworkAudit.of(NetworkDescription.read(storage, "n.json"), plan, report, storage);
    }

    private static double value(@Nullable WideBound bound) {
        assertThat(bound).isNotNull();
        return bound == null ? Double.NaN : bound.narrow().orElseThrow().value();
    }

    private static void is(String layers, double expected) throws Exception {
        ModelBound model = bound(layers);
        assertThat(model.limit().reason()).isNull();
        assertThat(value(model.limit().upper())).isBetween(expected * (1 - 1e-12), expected * (1 + 1e-4));
    }

    private static String attention(String options) {
        return NORM + "{'attention': {" + PARTS + "}, " + options + "}";
    }

    /** Gain times the norm of W_O W_V times (1 + R s). */
    private static double attended(double sensitivity) {
        return 2 * 5 * (1 + ROOT * sensitivity);
    }

    @Test
    void queriesAndKeysMeetUnlessTheyAreRotated() throws Exception {
        is(attention("'heads': 1, 'factor': 1"), attended(2 * 3 * ROOT));
        is(
                attention("'heads': 1, 'factor': 1, 'positions': 'alibi', 'mask': 'causal', 'soft_cap': 3"),
                attended(2 * 3 * ROOT));
        is(attention("'heads': 1, 'factor': 1, 'positions': 'rotary'"), attended(2 * 3 * 2 * ROOT));
        is(attention("'heads': 1, 'head_dim': 2"), attended(2 * 3));
    }

    /** Two heads of one dimension each: products of entries, and together what the whole output matrix makes of both. */
    @Test
    void headsHaveTheirOwnNorms() throws Exception {
        double first = 4 * (1 + ROOT * 2 * 3 * ROOT);
        double second = 5 * (1 + ROOT * 2 * 2 * ROOT);
        double apart = 4 * Math.hypot(1 + ROOT * 2 * 3 * ROOT, 5 * (1 + ROOT * 2 * 2 * ROOT));
        is(attention("'heads': 2, 'factor': 1"), 2 * Math.min(first + second, apart));
    }

    @Test
    void normsOfQueriesAndKeysBoundThem() throws Exception {
        String norms =
                "'query_norm': {'rms_norm': 'scale', 'eps': 0.01}, 'key_norm': {'layer_norm': true, 'width': 2, 'eps': 1}";
        double queries = ROOT * 0.5;
        double keys = ROOT;
        is(attention("'heads': 1, 'factor': 1, " + norms), attended(queries * 2 / 1 + keys * 3 * 0.5 / 0.1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'qkv'", "'qkv.transposed', 'transposed': true"})
    void partsOfOneMatrixAreAsGoodAsThree(String weight) throws Exception {
        String part = "{'weight': " + weight + ", 'rows': [%d, %d]}";
        String parts = "'query': " + String.format(Locale.ROOT, part, 0, 2) + ", 'key': "
                + String.format(Locale.ROOT, part, 2, 4) + ", 'value': " + String.format(Locale.ROOT, part, 4, 6);
        is(NORM + "{'attention': {" + parts + ", 'output': 'o'}, 'heads': 1, 'factor': 1}", attended(2 * 3 * ROOT));
    }

    @Test
    void biasesCount() throws Exception {
        String whole =
                "'query': {'weight': 'q', 'bias': 'q.bias'}, 'key': {'weight': 'k', 'bias': 'k.bias'}, 'value': 'v', 'output': 'o'";
        double sensitivity = 2 * 3 * ROOT + 3 * 2 + 4 * 3;
        is(NORM + "{'attention': {" + whole + "}, 'heads': 1, 'factor': 1}", attended(sensitivity));
        String sliced =
                "'query': {'weight': 'qkv', 'bias': 'qkv.bias', 'rows': [0, 2]}, 'key': {'weight': 'k', 'bias': 'k.bias'},"
                        + " 'value': {'weight': 'qkv', 'bias': 'qkv.bias', 'rows': [4, 6]}, 'output': 'o'";
        is(NORM + "{'attention': {" + sliced + "}, 'heads': 1, 'factor': 1}", attended(sensitivity));
    }

    /** W diag(scale) has norms 1.5, 0.5 and O W_V diag(scale) 2, where scale times norms would be 1.5, 1 and 2.5. */
    @Test
    void scalesGoIntoTheMatrices() throws Exception {
        String norm = "{'rms_norm': 'scale', 'eps': 0.25}, ";
        is(
                norm + "{'attention': {" + PARTS + "}, 'heads': 1, 'factor': 1, 'positions': 'rotary'}",
                2 * 2 * (1 + ROOT * 2 * 1.5 * 0.5 * ROOT));
        is(
                "{'rms_norm': 'small', 'unit_offset': true, 'eps': 0.25}, {'attention': {" + PARTS
                        + "}, 'heads': 1, 'factor': 1," + " 'positions': 'rotary'}",
                2 * 2.5 * (1 + ROOT * 2 * 0.75 * 1 * ROOT));
        // The norm's output is used elsewhere, too: its scale stays where it is.
        is(
                norm + "{'attention': {" + PARTS
                        + "}, 'heads': 1, 'factor': 1, 'positions': 'rotary', 'name': 'a'}, {'add': ['a', '0']}",
                (2 * 0.5) * (5 * (1 + ROOT * 0.5 * 2 * 3 * 2 * ROOT * 0.5) + 1));
    }

    /** W shift is added to the biases: (1.5, 0) of the queries and (1, 0) of the keys. */
    @Test
    void shiftsGoIntoTheBiases() throws Exception {
        is(
                "{'layer_norm': 'scale', 'bias': 'shift', 'eps': 0.25}, {'attention': {" + PARTS
                        + "}, 'heads': 1, 'factor': 1, 'positions': 'rotary'}",
                2 * 2 * (1 + ROOT * ((1.5 * ROOT + 3) * 0.5 + (0.5 * ROOT + 1) * 1.5)));
    }

    @Test
    void gatedMlps() throws Exception {
        double silu = 1.099839320129;
        double both = ROOT * (silu * 5 + 5);
        is(NORM + MLP, 2 * 4 * both);
        is(NORM + MLP.replace("}}", "}, 'activation': 'relu'}"), 2 * 4 * ROOT * (5 + 5));
        String norm = "{'rms_norm': 'scale', 'eps': 0.25}, ";
        double rows = Math.max(1.5 * 0.5, 0.25 * 1.25);
        is(norm + MLP, 2 * 4 * ROOT * (silu * rows + rows));
        String fused =
                "{'gated_mlp': {'gate': {'weight': 'qkv', 'rows': [0, 2]}, 'up': {'weight': 'qkv.transposed', 'transposed': true,"
                        + " 'rows': [4, 6]}, 'down': 'o'}}";
        is(NORM + fused, 2 * 4 * both);
    }

    @Test
    void mixturesJump() throws Exception {
        ModelBound model = bound("{'block': 'b', 'layers': [" + NORM + "{'moe': {'router': 'k', 'experts': [" + MLP
                + ", " + MLP + "]}, 'chosen': 2}]}");
        assertThat(model.limit().reason()).contains("top-k routing is discontinuous");
        double expert = 4 * ROOT * (1.099839320129 * 5 + 5);
        double reach = 4 * Math.min(ROOT * 3 * ROOT * 5, ROOT * 3 * ROOT * 5);
        assertThat(value(model.parts().blocks().get(0).alone().local()))
                .isCloseTo(2 * (expert + ROOT / 2 * 2 * reach), within(0.1));
    }

    @Test
    void whatHasNoNormLeavesNoBound() throws Exception {
        assertThat(bound(attention("'heads': 1").replace("'key': 'k'", "'key': 'nan'"))
                        .limit()
                        .reason())
                .contains("'nan' has no norm");
        assertThat(bound(NORM + MLP.replace("'up': 'v'", "'up': 'nan'")).limit().reason())
                .contains("'nan' has no norm");
        assertThat(bound("{'attention': {" + PARTS + "}, 'heads': 1}").limit().reason())
                .contains("isn't bounded");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'heads': 3 | 3 heads of 0 and 3 of keys and values don't fit 2 x 2, 2 x 2, 2 x 2, 2 x 2",
                "'heads': 2, 'kv_heads': 1 | don't fit",
                "'head_dim': 2 | needs heads",
                "'heads': 1, 'positions': 'learned' | positions must be none, rotary or alibi",
                "'heads': 1, 'factor': -1 | factor must not be negative",
                "'heads': 1, 'soft_cap': 0 | soft_cap must be above 0",
                "'heads': 1, 'query_norm': {'softmax': 1} | must be a normalization",
                "'heads': 1, 'query_norm': {'rms_norm': 'scale'} | needs eps",
                "'heads': 1, 'width': 2 | 'width' is no key here"
            })
    void descriptionsThatDontFitAreRejected(String options, String message) {
        rejects(attention(options), message);
    }

    @Test
    void matricesThatDontFitAreRejected() {
        rejects(attention("'heads': 1").replace("'key': 'k'", "'kay': 'k'"), "'kay' is no key here");
        rejects(attention("'heads': 1").replace("'key': 'k', ", ""), "needs key");
        rejects(attention("'heads': 1").replace("'key': 'k'", "'key': 'c'"), "key: the checkpoint has no weight 'c'");
        rejects(attention("'heads': 1").replace("'key': 'k'", "'key': 'wide'"), "don't fit");
        rejects(
                attention("'heads': 1").replace("'key': 'k'", "'key': {'weight': 'k', 'bias': 'qkv.bias'}"),
                "a bias of 6 entries");
        rejects(attention("'heads': 1").replace("'key': 'k'", "'key': {'weight': 'qkv', 'rows': [4, 7]}"), "of 6");
        rejects("{'rms_norm': 'qkv.bias', 'eps': 1}, {'attention': {" + PARTS + "}, 'heads': 1}", "before it has 6");
        rejects(NORM + MLP.replace("'up': 'v'", "'up': 'qkv'"), "don't fit");
        rejects(NORM + MLP.replace("}}", "}, 'activation': 'soft'}"), "activation is no function");
        rejects(NORM + "{'moe': {'router': 'k', 'experts': ['relu']}, 'chosen': 1}", "is no gated_mlp");
        rejects(NORM + "{'moe': {'router': 'k', 'experts': []}, 'chosen': 1}", "needs experts");
    }

    private static void rejects(String layers, String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> bound(layers))
                .withMessageContaining(message);
    }
}
