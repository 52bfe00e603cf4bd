package org.normscope.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.normscope.audit.result.ModelBound;
import org.normscope.audit.result.ModelBound.Block;
import org.normscope.audit.result.ModelBound.Chain;
import org.normscope.audit.result.ModelBound.Limit;
import org.normscope.audit.result.ModelBound.Parts;
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
                new Block("first", WideBound.of(2.5), WideBound.of(2), null, WideBound.of(7)),
                new Block("second", null, null, "an LSTM", null));
        List<Steep> layers = List.of(new Steep("first", "fc1\u001b", WideBound.of(2.5)));
        return new ModelBound(limit, "l2", List.of("stated"), chain, new Parts(blocks, layers));
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
        Chain chain = new Chain(WideBound.of(3), WideBound.of(2.5), null, "slopes have both signs");
        JsonNode model = json(model(new Limit(WideBound.of(2.5), NONE, null, 1e-12), chain));
        assertThat(model.at("/bound/upper").asDouble()).isEqualTo(2.5);
        assertThat(model.at("/bound/lower").asDouble()).isZero();
        assertThat(model.at("/bound/log10").asDouble()).isBetween(Math.log10(2.5), 0.39795);
        assertThat(model.path("reason").isNull()).isTrue();
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
