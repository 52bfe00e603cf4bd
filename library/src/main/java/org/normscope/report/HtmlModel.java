package org.normscope.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.ModelBound;
import org.normscope.audit.result.ModelBound.Block;
import org.normscope.bound.WideBound;

/** The section of a page on the whole model. */
final class HtmlModel {
    private static final int STEEPEST = 10;

    private HtmlModel() {}

    /** The section; empty where nobody said how layers are connected. */
    static String of(@Nullable ModelBound model) {
        if (model == null) {
            return "";
        }
        Markup out = new Markup().element("h2", "Lipschitz bound of the network");
        WideBound upper = model.limit().upper();
        out.element(
                "p",
                upper == null
                        ? "None: " + model.limit().reason() + "."
                        : "At most " + ModelFigures.size(upper) + ", in "
                                + model.basis().norm() + ".");
        ModelBound.Source source = model.basis().source();
        out.element("p", "By " + source.kind() + " " + source.name() + ", SHA-256 " + source.sha256() + ".");
        if (!model.basis().assumptions().isEmpty()) {
            out.element("h3", "Assumptions").list(model.basis().assumptions());
        }
        chain(out, model.chain());
        growth(out, model.parts().blocks());
        steepest(out, model.parts().layers());
        return out.toString();
    }

    private static void chain(Markup out, ModelBound.@Nullable Chain chain) {
        if (chain != null) {
            out.element("h3", "From the first matrix to the last").table("bound", "at most");
            out.row("product of norms and slopes", ModelFigures.size(chain.product()));
            out.row("Combettes-Pesquet", ModelFigures.size(chain.combettesPesquet()));
            out.row(
                    "ECLipsE-Fast",
                    chain.eclipseFast() == null
                            ? String.valueOf(chain.reason())
                            : ModelFigures.size(chain.eclipseFast()));
            out.endTable();
        }
    }

    private static void growth(Markup out, List<Block> blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        out.element("h3", "Growth by depth");
        List<String> names = blocks.stream().map(Block::name).toList();
        List<@Nullable WideBound> radii = new ArrayList<>();
        List<@Nullable WideBound> bounds = new ArrayList<>();
        for (Block block : blocks) {
            radii.add(block.behind().radius());
            bounds.add(block.behind().upper());
        }
        chart(out, "Bound of the network up to each block", names, bounds);
        chart(out, "Largest norm of what comes out of each block", names, radii);
        out.table("block", "at most", "local", "network so far", "norm behind", "reason");
        for (Block block : blocks) {
            String reason = block.alone().reason();
            out.row(
                    block.name(),
                    ModelFigures.size(block.alone().upper()),
                    ModelFigures.size(block.alone().local()),
                    ModelFigures.size(block.behind().upper()),
                    ModelFigures.size(block.behind().radius()),
                    reason == null ? "" : reason);
        }
        out.endTable();
    }

    private static void chart(Markup out, String title, List<String> names, List<@Nullable WideBound> bounds) {
        String chart = GrowthChart.of(title, names, bounds);
        if (!chart.isEmpty()) {
            out.raw("<figure>\n").element("figcaption", title).raw(chart).raw("</figure>\n");
        }
    }

    private static void steepest(Markup out, List<ModelBound.Steep> layers) {
        if (!layers.isEmpty()) {
            out.element("h3", "Steepest layers").table("layer", "block", "at most");
            layers.stream()
                    .limit(STEEPEST)
                    .forEach(layer -> out.row(layer.layer(), layer.block(), ModelFigures.size(layer.upper())));
            out.endTable();
        }
    }
}
