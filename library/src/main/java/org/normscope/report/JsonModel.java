package org.normscope.report;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;

/** {@code model} of report.json. */
final class JsonModel {
    private static final String NOT_DESCRIBED =
            "no bound for the whole model: a checkpoint alone doesn't say how its layers are connected";
    /** Layers that are listed. */
    private static final int WORST = 10;

    private final JsonOut out;

    private JsonModel(JsonOut out) {
        this.out = out;
    }

    /**
     * Writes the object.
     *
     * @param model null where nobody said how layers are connected
     */
    static void write(JsonOut out, @Nullable ModelBound model) throws IOException {
        out.startObject("model");
        if (model == null || !model.isConnected()) {
            out.nothing("bound");
            out.text("reason", model == null ? NOT_DESCRIBED : model.limit().reason());
        } else {
            new JsonModel(out).whole(model);
        }
        out.endObject();
    }

    private void whole(ModelBound model) throws IOException {
        ModelBound.Limit limit = model.limit();
        if (limit.upper() == null) {
            out.nothing("bound");
        } else {
            out.startObject("bound");
            out.real("lower", limit.lower().value());
            size(limit.upper());
            out.endObject();
        }
        out.text("reason", limit.reason());
        source(model.basis().source());
        out.text("norm", model.basis().norm());
        out.texts("assumptions", model.basis().assumptions());
        out.real("failure_probability", limit.failureProbability());
        chain(model.chain());
        blocks(model.parts());
        worst(model.parts());
        out.texts("unexplained", model.basis().unexplained());
    }

    private void source(ModelBound.Source source) throws IOException {
        out.startObject("source");
        out.text("kind", source.kind());
        out.text("name", source.name());
        out.text("sha256", source.sha256());
        out.endObject();
    }

    private void chain(ModelBound.@Nullable Chain chain) throws IOException {
        if (chain == null) {
            out.nothing("feed_forward");
            return;
        }
        out.startObject("feed_forward");
        bound("product", chain.product());
        bound("combettes_pesquet", chain.combettesPesquet());
        bound("eclipse_fast", chain.eclipseFast());
        out.text("reason", chain.reason());
        out.endObject();
    }

    private void blocks(ModelBound.Parts parts) throws IOException {
        out.startArray("per_block");
        for (ModelBound.Block block : parts.blocks()) {
            out.startObject();
            out.text("name", block.name());
            bound("bound", block.alone().upper());
            bound("local", block.alone().local());
            out.text("reason", block.alone().reason());
            bound("bound_so_far", block.behind().upper());
            bound("radius", block.behind().radius());
            out.endObject();
        }
        out.endArray();
    }

    private void worst(ModelBound.Parts parts) throws IOException {
        out.startArray("worst");
        for (ModelBound.Steep layer : parts.layers().stream().limit(WORST).toList()) {
            out.startObject();
            out.text("block", layer.block());
            out.text("layer", layer.layer());
            size(layer.upper());
            out.endObject();
        }
        out.endArray();
    }

    private void bound(String key, @Nullable WideBound bound) throws IOException {
        if (bound == null) {
            out.nothing(key);
            return;
        }
        out.startObject(key);
        size(bound);
        out.endObject();
    }

    /** The bound as a double, null where it exceeds the largest one, and its logarithm, null for 0. */
    private void size(WideBound bound) throws IOException {
        out.real("upper", bound.narrow().map(UpperBound::value).orElse(null));
        out.real("log10", bound.log10());
    }
}
