package org.normscope.audit.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.LowerBound;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Activation;
import org.normscope.lipschitz.Conditions;
import org.normscope.lipschitz.Graph;
import org.normscope.lipschitz.Layer;
import org.normscope.lipschitz.Layer.Attention;
import org.normscope.lipschitz.Layer.GatedMlp;
import org.normscope.lipschitz.Layer.Projection;
import org.normscope.lipschitz.Metric;
import org.normscope.lipschitz.Network;
import org.normscope.lipschitz.Signal;
import org.normscope.report.Explanation;

/** Explanations: each formula that is filled in has the value that the bound has. */
class ExplanationTest {
    private static final Pattern FILLED = Pattern.compile("[LR]' <= (.*) = (\\S+)");
    private static final String ALL_KINDS = "{'layers': [{'block': 'b', 'layers': [{'linear': 'a', 'bias': 'a.bias'},"
            + " 'relu', {'leaky_relu': -3}, {'rms_norm': 'ln.weight', 'eps': 0.04}, {'linear': 'b', 'name': 'p'},"
            + " 'squared_relu', {'add': ['p', '5', 'input'], 'name': 's'}, {'multiply': ['s', 'p']},"
            + " {'scale': 0.25}, {'mean': 4, 'name': 'm'}, {'concat': ['m', 's'], 'axis': 'tokens'},"
            + " {'softmax': 0.25}, 'dropout', {'upsample': 3}, {'lookup': 'a'}, 'log_softmax']}], 'norm': 'max_token_l2', 'input_radius': 2, 'spread_floor': 0.5}";

    /** The page in lines that aren't broken. */
    private static String unbroken(String page) {
        return page.replaceAll("\n {11}(?! )", " ");
    }

    private static int requireEqualities(String page) {
        Matcher matcher = FILLED.matcher(unbroken(page));
        int found = 0;
        while (matcher.find()) {
            double printed = Formula.value(matcher.group(2));
            assertThat(Formula.value(matcher.group(1))).as(matcher.group()).isCloseTo(printed, offset(4e-5 * printed));
            found++;
        }
        return found;
    }

    @Test
    void formulasWithNumbersHaveTheValueThatIsPrinted() throws Exception {
        String layers = ALL_KINDS.replace("'log_softmax'", "{'log_softmax': 9}");
        String page = Explanation.of(Described.bound(layers), "b");
        assertThat(requireEqualities(page)).isGreaterThan(20);
        assertThat(unbroken(page))
                .contains("Block b, distances in max_token_l2")
                .contains("0: linear a\n")
                .contains("where    sigma(W) in [2.99")
                .contains("sum of all L")
                .contains("longest row of a")
                .contains("local    r = 0.5: L' <= 0.500001 / sqrt(0.5² + 0.04)")
                .contains("proof    Elementwise functions: mean value theorem, in docs/math/lipschitz.md")
                .contains("Together")
                .contains("The last layer's is the block's");
    }

    @Test
    void convolutionsAndPoolingAreExplained() throws Exception {
        String page = Explanation.of(
                Described.bound("{'layers': [{'conv': 'k.weight'}, {'max_pool': [3, 3], 'stride': 1},"
                        + " {'avg_pool': 2}, {'linear': 'a'},"
                        + " {'batch_norm': 'bn'}, 'relu', {'batch_norm': 'bn'}]}"),
                "layers 0 to 6");
        assertThat(requireEqualities(page)).isGreaterThan(2);
        assertThat(page)
                .contains("‖K‖ in [")
                .contains("of windows [3 by 1, 3 by 1]")
                .contains("largest factor of a channel")
                .contains("linear a, then batch_norm bn")
                .contains("‖D W‖ in [");
    }

    @Test
    void layersOfSeveralWeightsNameAllOfThem() throws Exception {
        String attention = "{'attention': {'query': {'weight': 'a'}, 'key': {'weight': 'b'}, 'value': {'weight': 'a'},"
                + " 'output': {'weight': 'b'}}, 'heads': 1}";
        String page = Explanation.of(
                Described.bound("{'norm': 'max_token_l2', 'input_radius': 2, 'layers': [" + attention + "]}"),
                "layer 0");
        assertThat(page)
                .contains("0: attention of query a, key b, value a, output b")
                .contains("a_h");
        assertThat(requireEqualities(page)).isEqualTo(2);
    }

    @Test
    void chainsShowTheirThreeRecursions() throws Exception {
        String page = Explanation.of(
                Described.bound("{'layers': [{'linear': 'a'}, 'relu', {'linear': 'b'}, 'relu', {'linear': 'a'}]}"),
                "layers 0 to 4");
        assertThat(page)
                .contains("The matrices as one chain")
                .contains("theta_k")
                .contains("rho_k")
                .contains("k = 3, j = 0")
                .contains("W_3");
        String[] last = page.lines()
                .filter(line -> line.strip().startsWith("W_3"))
                .findFirst()
                .orElseThrow()
                .strip()
                .split(" +");
        assertThat(Formula.value(last[3])).isCloseTo(45, offset(0.1));
        assertThat(page)
                .contains("product  " + last[3])
                .contains("theta_m  " + last[4])
                .contains("rho_m    " + last[5]);
    }

    @Test
    void whatHasNoConstantSaysWhy() throws Exception {
        String page = Explanation.of(
                Described.bound("{'layers': [{'unknown': 'an \\u001bLSTM'}, {'linear': 'nan'}]}"), "layers 0 to 1");
        assertThat(page)
                .contains("no constant: an \\u001bLSTM")
                .contains("The block has no constant")
                .doesNotContain("\u001b");
    }

    @Test
    void thereIsNoPageForABlockThatIsNotThere() throws Exception {
        ModelBound model = Described.bound("{'layers': ['relu']}");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Explanation.of(model, "relu"));
    }

    private static Projection projection(double norm, double bias) {
        return new Projection(new UpperBound(norm), new UpperBound(bias));
    }

    /** The page of a block that is a chain of these layers, on tokens of norm at most 3. */
    private static String page(List<Layer> layers) {
        Network network = new Network(List.of(new Network.Block("b", Graph.chain(layers))));
        Conditions local = new Conditions(Metric.MAX_TOKEN_L2, 0.5, Conditions.Routing.FIXED);
        Network.Bounds bounds = network.bounds(Signal.input(WideBound.of(3)), local);
        List<LayerText> texts = new ArrayList<>();
        for (Graph.Node node : Graph.chain(layers).nodes()) {
            texts.add(new LayerText(node.name(), "layer", new Options("", Map.of()), node.inputs()));
        }
        Network.BlockBound found = bounds.blocks().get(0);
        ModelBound.Block block = new ModelBound.Block(
                "b",
                new ModelBound.Alone(
                        found.alone().lipschitz(),
                        found.local().lipschitz(),
                        found.alone().reason()),
                new ModelBound.Behind(found.after().lipschitz(), found.after().radius()),
                new LayerSteps(local).of(new BlockText("b", texts), found.steps()));
        ModelBound.Source source = new ModelBound.Source("description", "x", "0".repeat(64));
        return Explanation.of(
                new ModelBound(
                        new ModelBound.Limit(
                                bounds.output().lipschitz(),
                                new LowerBound(0),
                                bounds.output().reason(),
                                0),
                        new ModelBound.Basis(source, "max_token_l2", List.of(), List.of()),
                        null,
                        new ModelBound.Parts(List.of(block), List.of())),
                "b");
    }

    private static GatedMlp gated() {
        return new GatedMlp(
                new GatedMlp.Branch(projection(1.5, 0.25), new UpperBound(1), new UpperBound(0.125)),
                new GatedMlp.Branch(projection(2.5, 0.5), new UpperBound(2), new UpperBound(0.25)),
                projection(0.75, 1),
                null,
                Activation.SILU.layer());
    }

    private static Attention attention() {
        Attention.Head direct = new Attention.Head(
                projection(2, 0.5), projection(1, 0), projection(3, 1), new UpperBound(1.25), new UpperBound(2));
        Attention.Head other =
                new Attention.Head(projection(1, 0), projection(1, 0.25), projection(2, 0), null, new UpperBound(1));
        Attention.Scores scores =
                new Attention.Scores(new UpperBound(0.5), Attention.Scores.Positions.ELSEWHERE, null, null);
        return new Attention(List.of(direct, other), projection(1.5, 0.5), scores);
    }

    @Test
    void attentionIsExplainedHeadByHead() {
        String page = page(List.of(attention(), gated()));
        assertThat(requireEqualities(page)).isEqualTo(4);
        // a_h = 1.25 / 2; s_h = (2 · 1.25 · 3 + 0.5 · 1 + 0 · 2) / 2 = 4; the largest score (1.25 · 9 + 3 · 0.5) / 2; 2
        // (1 + 3 · 4)
        assertThat(page.lines().map(line -> line.strip().replaceAll(" +", " ")))
                .contains("0 2 1 3 2 0.625 4 6.375 26")
                .anyMatch(line -> line.startsWith("1 1 1 2 1 0.5 "));
        assertThat(page).contains("a_h").contains("largest score").contains("S <= ");
    }

    @Test
    void mixturesHaveALocalConstantOnly() {
        String page = page(List.of(new Layer.Moe(new UpperBound(0.5), 2, List.of(gated(), gated()))));
        assertThat(unbroken(page))
                .contains("always   no constant: top-k routing is discontinuous")
                .contains("max_e R_e <= ");
    }
}
