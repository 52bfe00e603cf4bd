package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.normscope.audit.result.ModelBound;
import org.normscope.audit.result.ModelBound.Alone;
import org.normscope.audit.result.ModelBound.Basis;
import org.normscope.audit.result.ModelBound.Behind;
import org.normscope.audit.result.ModelBound.Block;
import org.normscope.audit.result.ModelBound.Chain;
import org.normscope.audit.result.ModelBound.Limit;
import org.normscope.audit.result.ModelBound.Parts;
import org.normscope.audit.result.ModelBound.Source;
import org.normscope.audit.result.ModelBound.Steep;
import org.normscope.bound.LowerBound;
import org.normscope.bound.WideBound;

class ModelReportTest {
    private static final Path SCHEMA =
            Path.of(System.getProperty("normscope.root", "..")).resolve("docs/report.schema.json");
    private static final LowerBound NONE = new LowerBound(0);
    private static final WideBound HUGE = new WideBound(1, 4000);

    private static ModelBound model(Limit limit, @Nullable Chain chain) {
        List<Block> blocks = List.of(
                block("first", 2.5),
                new Block("second", new Alone(null, null, "an LSTM"), new Behind(null, null), List.of()));
        List<Steep> layers = List.of(new Steep("first", "fc1\u001b", WideBound.of(2.5)));
        return model(limit, chain, new Parts(blocks, layers));
    }

    private static ModelBound model(Limit limit, @Nullable Chain chain, Parts parts) {
        Source source = new Source("description", "net.json", "0123456789abcdef".repeat(4));
        return new ModelBound(limit, new Basis(source, "l2", List.of("stated"), List.of("extra.weight")), chain, parts);
    }

    /** A block whose constant is as large as everything up to it, and what comes out in norm. */
    private static Block block(String name, double upper) {
        WideBound bound = WideBound.of(upper);
        return new Block(name, new Alone(bound, WideBound.of(upper - 0.5), null), new Behind(bound, bound), List.of());
    }

    private static String growth(int count) {
        List<Block> blocks = IntStream.range(0, count)
                .mapToObj(i -> block("layers." + i, Math.pow(10, 1 + i % 7)))
                .toList();
        Limit limit = new Limit(WideBound.of(1e7), NONE, null, 0);
        return ModelText.of(model(limit, null, new Parts(blocks, List.of())));
    }

    @Test
    void barsGrowWithTheLogarithm() {
        assertThat(growth(7).lines().filter(line -> line.contains("layers.")))
                .extracting(line -> line.chars().filter(c -> c == '#').count())
                .containsExactly(1L, 5L, 9L, 13L, 16L, 20L, 24L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 40, 41, 64, 65, 128, 1000})
    void everyBlockHasALineOrAPartOfOne(int count) {
        List<String> lines =
                growth(count).lines().filter(line -> line.contains("layers.")).toList();
        assertThat(lines).hasSizeLessThanOrEqualTo(GrowthTable.MOST_LINES);
        int next = 0;
        for (String line : lines) {
            assertThat(line).matches(".*\\blayers\\." + next + "\\b.*");
            next += line.endsWith(" blocks") ? Integer.parseInt(line.replaceAll(".* (\\d+) blocks", "$1")) : 1;
        }
        assertThat(next).isEqualTo(count == 1 ? 0 : count);
    }

    @Test
    void aLineForSeveralBlocksHasTheLargestConstants() {
        String folded = growth(128)
                .lines()
                .filter(line -> line.endsWith(" blocks"))
                .findFirst()
                .orElseThrow();
        assertThat(folded).contains("layers.8 to layers.12, 5 blocks").contains("1000000");
    }

    private static JsonNode json(ModelBound model) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReport.write(ReportSample.report().with(model), ReportSample.BUILD, JsonReport.Extent.WHOLE, out);
        JsonNode whole = new ObjectMapper().readTree(out.toByteArray());
        JsonNode schema = new ObjectMapper().readTree(SCHEMA.toFile());
        assertThat(SchemaCheck.violations(schema, whole)).isEmpty();
        return whole.path("model");
    }

    @Test
    void boundsStandWithTheirLogarithm() throws IOException {
        Chain chain = new Chain(WideBound.of(3), WideBound.of(2.5), null, "slopes have both signs", List.of());
        JsonNode model = json(model(new Limit(WideBound.of(2.5), NONE, null, 1e-12), chain));
        assertThat(model.at("/bound/upper").asDouble()).isEqualTo(2.5);
        assertThat(model.at("/bound/lower").asDouble()).isZero();
        assertThat(model.at("/bound/log10").asDouble()).isBetween(Math.log10(2.5), 0.39795);
        assertThat(model.path("reason").isNull()).isTrue();
        assertThat(model.at("/source/name").asText()).isEqualTo("net.json");
        assertThat(model.at("/per_block/0/bound_so_far/upper").asDouble()).isEqualTo(2.5);
        assertThat(model.at("/feed_forward/product/upper").asDouble()).isEqualTo(3);
        assertThat(model.at("/feed_forward/eclipse_fast").isNull()).isTrue();
        assertThat(model.at("/per_block/1/reason").asText()).isEqualTo("an LSTM");
        assertThat(model.at("/worst/0/layer").asText()).isEqualTo("fc1\u001b");
        String text = ModelText.of(model(new Limit(WideBound.of(2.5), NONE, null, 1e-12), chain));
        assertThat(text)
                .contains("Lipschitz constant of the network, in l2: at most 2.5")
                .contains("product 3")
                .contains("Combettes-Pesquet 2.5")
                .contains("slopes have both signs")
                .contains("assumed: stated")
                .contains("by description net.json, sha256 0123456789ab\n")
                .doesNotContain("\u001b");
    }

    @Test
    void whatExceedsTheLargestDoubleHasALogarithmOnly() throws IOException {
        ModelBound model = model(new Limit(HUGE, NONE, null, 0), null);
        JsonNode json = json(model);
        assertThat(json.at("/bound/upper").isNull()).isTrue();
        assertThat(json.at("/bound/log10").asDouble()).isBetween(4000 * Math.log10(2), 1204.2);
        assertThat(json.path("feed_forward").isNull()).isTrue();
        assertThat(ModelText.of(model)).contains("at most 10^1204.2");
    }

    @Test
    void aMissingBoundHasAReason() throws IOException {
        ModelBound model = model(new Limit(null, NONE, "an LSTM", 0), null);
        JsonNode json = json(model);
        assertThat(json.path("bound").isNull()).isTrue();
        assertThat(json.path("reason").asText()).isEqualTo("an LSTM");
        assertThat(ModelText.of(model)).contains("No Lipschitz bound for the network: an LSTM.");
        assertThat(ModelText.of(null)).isEmpty();
    }
}
