package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.tensor.BadCheckpointException;

/** Descriptions with weights from an audit; matrices are diagonal, so that their norms can be read off. */
class NetworkAuditTest {
    private static final double SLACK = 1e-3;

    private static ModelBound bound(String layers) throws Exception {
        return whole("{'layers': [" + layers + "]}");
    }

    private static ModelBound whole(String json) throws Exception {
        return Described.bound(json);
    }

    private static double value(@Nullable WideBound bound) {
        assertThat(bound).isNotNull();
        return bound == null ? Double.NaN : bound.narrow().orElseThrow().value();
    }

    private static void is(ModelBound model, double expected) {
        assertThat(model.limit().reason()).isNull();
        assertThat(value(model.limit().upper())).isBetween(expected * (1 - 1e-12), expected * (1 + SLACK));
    }

    private static ModelBound.Chain chain(ModelBound model) {
        ModelBound.Chain chain = model.chain();
        if (chain == null) {
            throw new AssertionError("no chain");
        }
        return chain;
    }

    @Test
    void chainsGetTheLeastOfThreeBounds() throws Exception {
        ModelBound model = bound("'flatten', {'linear': 'a', 'bias': 'a.bias'}, 'relu', {'linear': 'b'}, 'silu'");
        ModelBound.Chain chain = chain(model);
        assertThat(value(chain.product())).isCloseTo(15, within(0.02));
        assertThat(value(chain.combettesPesquet())).isCloseTo(0.5 * 10 + 0.5 * 15, within(0.02));
        assertThat(value(chain.eclipseFast())).isBetween(10.0, 12.5);
        is(model, 1.099839320129 * Math.min(value(chain.combettesPesquet()), value(chain.eclipseFast())));
        assertThat(model.basis().assumptions()).hasSize(1);
        assertThat(model.parts().layers().get(0).layer()).isEqualTo("3");
    }

    @Test
    void matricesWithoutAFunctionBetweenAreOneMap() throws Exception {
        is(bound("{'linear': 'a'}, 'dropout', {'linear': 'b', 'transposed': true}"), 10);
    }

    @Test
    void oneMatrixHasALowerBoundToo() throws Exception {
        ModelBound model = bound("{'linear': 'a'}");
        is(model, 3);
        assertThat(model.limit().lower().value()).isBetween(2.99, 3.0);
        assertThat(model.chain()).isNull();
    }

    @Test
    void branchesAreFollowed() throws Exception {
        ModelBound model = bound("{'linear': 'a', 'name': 'x'}, 'tanh', {'linear': 'b'}, {'add': ['2', 'x', 'input']}");
        is(model, 15 + 3 + 1);
        assertThat(model.chain()).isNull();
        is(
                bound("{'linear': 'a', 'name': 'x'}, {'linear': 'b', 'input': 'input'}, {'concat': ['x', '1']}"),
                Math.sqrt(34));
        is(bound("{'block': 'one', 'layers': [{'linear': 'a'}, {'add': ['0', 'input']}]}, {'linear': 'b'}"), 20);
    }

    @Test
    void convolutionsAndBatchNorms() throws Exception {
        ModelBound model = bound(
                "{'conv': 'k.weight', 'stride': 2}, 'relu', {'batch_norm': 'bn', 'eps': 0.25}, {'prelu': 'slopes'},"
                        + "{'max_pool': [3, 3], 'stride': 2}, {'avg_pool': 2}, {'mean': 4}");
        double convolution = value(model.parts().blocks().get(0).alone().upper()) / (3 * 3 * 2 * Math.sqrt(0.5) / 2);
        assertThat(convolution).isBetween(2 * (1 - 1e-12), 2.001);
        assertThat(model.basis().assumptions()).anyMatch(text -> text.contains("pad"));
        assertThat(bound("{'conv': 'k.weight', 'padding': 'reflect'}").limit().reason())
                .contains("reflect");
    }

    /** Nine ones: 9 at stride 1, 3 with the norm of the matrix where windows don't overlap. */
    @Test
    void describedStridesCount() throws Exception {
        is(bound("{'conv': 'ones.weight'}"), 9);
        is(bound("{'conv': 'ones.weight', 'stride': 1, 'dilation': 2}"), 9);
        is(bound("{'conv': 'ones.weight', 'stride': 3, 'padding': 1}"), 3);
        is(bound("{'conv_transpose': 'ones.weight', 'stride': [3, 1]}"), 3 * Math.sqrt(3));
        is(bound("{'conv': 'ones.weight', 'stride': 3}, {'conv': 'ones.weight', 'stride': 1}"), 81);
        is(bound("{'conv': 'ones.weight', 'stride': 3, 'padding': 'circular'}"), 9);
        assertThat(bound("{'conv': 'ones.weight', 'stride': 3}").basis().assumptions())
                .contains("strided convolutions pad with zeros or not at all");
    }

    /** The kernel takes one channel to (1, 2) times it, the factors are -3 and sqrt 2: norm sqrt 17 together, 3 sqrt 5 apart. */
    @Test
    void batchNormsAreFoldedIntoWhatIsBeforeThem() throws Exception {
        String norm = "{'batch_norm': 'bn', 'eps': 0.25, 'name': 'n'}";
        ModelBound model = bound("{'conv': 'pair.weight', 'name': 'c'}, " + norm + ", {'add': ['n', 'input']}");
        is(model, 1 + Math.sqrt(17));
        assertThat(model.parts().layers().get(0).layer()).isEqualTo("c with batch_norm n");
        assertThat(model.basis().assumptions())
                .contains("batch norms right behind a linear layer or convolution are folded into it");
        is(bound("{'conv': 'pair.weight', 'name': 'c'}, " + norm + ", {'add': ['n', 'c']}"), 4 * Math.sqrt(5));
        is(bound("{'linear': 'b', 'bias': 'a.bias'}, " + norm), 5 * Math.sqrt(2));
        is(bound("{'linear': 'b', 'transposed': true}, " + norm), 5 * Math.sqrt(2));
        is(bound("{'conv_transpose': 'wide.weight', 'stride': 2}, " + norm), Math.sqrt(18));
    }

    @Test
    void chainsTakeBatchNormsAlong() throws Exception {
        String norm = "{'batch_norm': 'bn', 'eps': 0.25}";
        ModelBound model = bound("{'linear': 'b'}, " + norm + ", 'relu', {'linear': 'a'}, " + norm);
        assertThat(value(chain(model).product())).isCloseTo(5 * Math.sqrt(2) * 9, within(0.05));
        double together = Math.max(3 * 9, 5 * Math.sqrt(2) * 2 * Math.sqrt(2));
        assertThat(value(chain(model).combettesPesquet()))
                .isCloseTo(together / 2 + 5 * Math.sqrt(2) * 9 / 2, within(0.05));
    }

    @Test
    void normalizationsNeedTheirOwnNorm() throws Exception {
        ModelBound model = whole(
                "{'norm': 'max_token_l2', 'spread_floor': 0.5, 'layers': ["
                        + "{'layer_norm': 'ln.weight', 'eps': 0.01}, {'rms_norm': true, 'width': 2, 'eps': 0.04}, {'linear': 'a'}]}");
        is(model, 0.5 / 0.1 / 0.2 * 3);
        ModelBound.Block block = model.parts().blocks().get(0);
        assertThat(value(block.alone().local())).isCloseTo(0.5 / Math.sqrt(0.26) / Math.sqrt(0.29) * 3, within(1e-2));
        assertThat(value(block.behind().radius())).isCloseTo(Math.sqrt(2) * 3, within(1e-2));
        assertThat(model.basis().assumptions()).anyMatch(text -> text.contains("not the bound"));
        is(
                whole("{'norm': 'max_token_l2', 'layers': [{'rms_norm': 'ln.weight', 'eps': 1, 'unit_offset': true}]}"),
                1.25);
    }

    @Test
    void paddingMagnitudesAndOffsets() throws Exception {
        is(bound("{'pad': 'reflect', 'amount': [1, 2]}, 'magnitude'"), 2);
        assertThat(bound("{'pad': 'reflect', 'amount': 1}").basis().assumptions())
                .contains("padding by reflect adds at most half as much, both ends together, as it is put around");
        is(bound("{'pad': 'replicate', 'amount': 3}"), 2);
        is(bound("{'pad': 'circular', 'amount': [0, 0]}, {'shift': 7}"), 1);
        is(whole("{'input_radius': 2, 'layers': [{'shift': 1}, 'squared_relu']}"), 6);
    }

    @Test
    void recurrentLayersNeedTheNumberOfSteps() throws Exception {
        String lstm = "{'lstm': 'cell.weight_ih', 'recurrent': 'cell.weight_hh', 'steps': 2, 'outputs': 'all'";
        ModelBound model = bound(lstm + "}");
        double v = Math.sqrt(1 + 1 / 16.0);
        double later = (1 + 0.5 * v) * 3;
        is(model, Math.sqrt(9 + later * later + 9 * v * v));
        assertThat(model.basis().assumptions()).contains("the LSTM takes 2 steps from zeros");
        assertThat(bound(lstm + ", 'state': 4}").basis().assumptions())
                .contains("the LSTM takes 2 steps from cells of at most 4.0 that don't depend on the input");
        rejects("{'lstm': 'cell.weight_ih', 'recurrent': 'cell.weight_hh'}", "needs steps");
        rejects("{'lstm': 'a', 'recurrent': 'cell.weight_hh', 'steps': 1}", "rows for four gates, not [2, 2]");
        rejects("{'lstm': 'cell.weight_ih', 'recurrent': 'a', 'steps': 1}", "has 4 rows and 1 columns, not [2, 2]");
        rejects("{'pad': 'zeros'}", "needs amount");
        rejects("{'shift': -1}", "shift must not be negative");
    }

    @Test
    void aBiasCountsOnceInTheEuclideanNormWhichIsSaid() throws Exception {
        String text = "{'input_radius': 2, 'norm': '%s', 'layers': [{'linear': 'a'}, 'squared_relu']}";
        assertThat(whole(text.formatted("l2")).basis().assumptions()).anyMatch(said -> said.contains("see one vector"));
        assertThat(whole(text.formatted("max_token_l2")).basis().assumptions())
                .noneMatch(said -> said.contains("see one vector"));
    }

    @Test
    void radiiOfInputsCount() throws Exception {
        is(whole("{'input_radius': 2, 'layers': [{'linear': 'a'}, 'squared_relu', {'linear': 'b'}]}"), 3 * 2 * 6 * 5);
        ModelBound open = bound("{'linear': 'a'}, 'squared_relu'");
        assertThat(open.limit().upper()).isNull();
        assertThat(open.limit().reason()).contains("isn't bounded");
        ModelBound first =
                whole("{'input_radius': 2, 'layers': ['squared_relu', {'linear': 'a'}, 'relu', {'linear': 'b'}]}");
        is(first, 4 * 15);
        assertThat(first.chain()).isNull();
    }

    @Test
    void whatHasNoNormOrNoRuleLeavesNoBound() throws Exception {
        assertThat(bound("{'linear': 'a'}, {'linear': 'nan'}").limit().reason())
                .contains("'nan' has no norm")
                .contains("NaN");
        ModelBound unknown = bound("{'linear': 'a'}, {'unknown': 'an LSTM'}, {'linear': 'b'}");
        assertThat(unknown.limit().reason()).isEqualTo("an LSTM");
        assertThat(unknown.parts().layers()).hasSize(2);
    }

    @Test
    void descriptionsThatDontFitAreRejected() {
        rejects("{'linear': 'c'}", "layer 0: the checkpoint has no weight 'c'");
        rejects("{'linear': 'a', 'bias': 'c.bias'}", "has no tensor 'c.bias'");
        rejects("{'linear': 'k.weight'}", "is no matrix; describe a convolution as conv");
        rejects("'relu', {'add': ['0', 'y']}", "takes its input from y, which isn't a layer before it");
        rejects("{'rms_norm': 'ln.weight'}", "needs eps");
        rejects("{'layer_norm': true}", "needs width");
        rejects("{'batch_norm': 'a'}", "has no tensor 'a.running_var'");
        rejects("{'softmax': 0}", "softmax must be above 0");
        rejects("{'max_pool': 2.5}", "max_pool must be a whole number of at least 1");
        rejects("{'conv': 'ones.weight'}, {'batch_norm': 'bn'}", "it has 2 channels, the layer before it 1");
        rejects("{'avg_pool': 2, 'padding': 2, 'count_include_pad': false}", "padding must be smaller");
        rejects("{'linear': 'a', 'index': 1}", "has no weight 'a'");
    }

    private static void rejects(String layers, String message) {
        assertThatExceptionOfType(BadCheckpointException.class)
                .isThrownBy(() -> bound(layers))
                .withMessageContaining(message);
    }

    @Test
    void functionsByTheirNumbers() throws Exception {
        is(bound("{'slopes': [-0.5, 3]}, {'scale': -2}, {'repeat': 9}"), 3 * 2 * 3);
        is(bound("{'scale': 'bn.weight'}, {'shift': 'a.bias'}, {'shift': true}"), 6);
        is(bound("{'batch_norm': true, 'variance': 'bn.running_var', 'weight': 'bn.weight', 'eps': 0.25}"), 3);
        is(bound("{'batch_norm': true, 'variance': 'bn.running_var', 'eps': 0.75}"), 1);
        ModelBound chain = bound("{'linear': 'a'}, {'shift': 'a.bias'}, 'relu', {'shift': 1}, {'linear': 'b'}");
        assertThat(chain(chain)).isNotNull();
        is(whole("{'input_radius': 2, 'layers': [{'slopes': [-1, 0.5], 'at_zero': 0}, 'squared_relu']}"), 4);
        ModelBound open = whole("{'input_radius': 2, 'layers': [{'slopes': [-1, 0.5]}, 'squared_relu']}");
        assertThat(open.limit().upper()).isNull();
        rejects("{'slopes': [1, 0]}", "slopes must be the least and the largest slope");
        rejects("{'batch_norm': true}", "needs variance");
    }

    @Test
    void patchesAreTokensAndTablesMoveThem() throws Exception {
        is(bound("{'patches': 'pair.weight'}"), Math.sqrt(5));
        is(whole("{'norm': 'max_token_l2', 'layers': [{'patches': 'pair.weight', 'bias': 'a.bias'}]}"), Math.sqrt(5));
        rejects("{'patches': 'a'}", "is no kernel; describe a matrix as linear");
        rejects("{'linear': 'k.weight'}", "is no matrix; describe a convolution as conv");
        String moved = "{'norm': '%s', 'input_radius': 2, 'layers': [{'lookup': 'a'}, 'squared_relu']}";
        is(whole(moved.replace("%s", "max_token_l2")), 2 * (2 + 3));
        ModelBound often = whole(moved.replace("%s", "l2"));
        assertThat(often.limit().upper()).isNull();
        assertThat(often.basis().assumptions()).anyMatch(text -> text.contains("rows of 'a'"));
    }

    @Test
    void aDescriptionSaysWhatItAssumes() throws Exception {
        ModelBound model = whole("{'assume': ['it rains', 'it pours'], 'layers': ['relu']}");
        assertThat(model.basis().assumptions()).endsWith("it rains", "it pours");
    }

    @Test
    void allReasonsAreNamed() throws Exception {
        ModelBound model = bound("{'unknown': 'one'}, {'linear': 'nan'}, {'unknown': 'two'}, {'unknown': 'one'}");
        assertThat(model.limit().reason()).startsWith("one; 'nan' has no norm").endsWith("; two");
    }

    @Test
    void randomChainsNeverExceedTheirProduct() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        StringBuilder layers = new StringBuilder("{'linear': 'a'}");
        for (int i = 0; i < 6; i++) {
            String function = List.of("relu", "gelu", "sigmoid", "abs").get(random.nextInt(4));
            layers.append(", '")
                    .append(function)
                    .append("', {'linear': '")
                    .append(random.nextBoolean() ? "a" : "b")
                    .append("'}");
        }
        ModelBound model = bound(layers.toString());
        assertThat(value(model.limit().upper()))
                .as("seed %d: %s", seed, layers)
                .isLessThanOrEqualTo(value(chain(model).product()));
    }
}
