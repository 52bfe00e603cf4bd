package org.normscope.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.tensor.Printable;

/** What the terminal says of a whole model. */
final class ModelText {
    private static final int SHOWN = 10;
    private static final int LONGEST_NAME = 44;
    /** Numbers above it are shown by their logarithm. */
    private static final double LONGEST = 12;

    private ModelText() {}

    /** The paragraph; empty where nobody said how layers are connected. */
    static String of(@Nullable ModelBound model) {
        if (model == null) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        WideBound upper = model.limit().upper();
        if (upper == null) {
            out.append("\nNo Lipschitz bound for the network: ")
                    .append(Printable.oneLine(String.valueOf(model.limit().reason())))
                    .append(".\n");
        } else {
            out.append("\nLipschitz constant of the network, in ")
                    .append(model.norm())
                    .append(": at most ");
            out.append(size(upper)).append(".\n");
        }
        chain(out, model.chain());
        model.assumptions()
                .forEach(text -> out.append("  assumed: ")
                        .append(Printable.oneLine(text))
                        .append('\n'));
        blocks(out, model.parts());
        layers(out, model.parts());
        return out.toString();
    }

    private static void chain(StringBuilder out, ModelBound.@Nullable Chain chain) {
        if (chain == null) {
            return;
        }
        out.append("  from the first to the last matrix: product ").append(size(chain.product()));
        out.append(", Combettes-Pesquet ").append(size(chain.combettesPesquet()));
        out.append(chain.eclipseFast() == null ? "" : ", ECLipsE-Fast " + size(chain.eclipseFast()));
        out.append(chain.reason() == null ? "\n" : "\n  " + Printable.oneLine(chain.reason()) + "\n");
    }

    private static void blocks(StringBuilder out, ModelBound.Parts parts) {
        if (parts.blocks().size() < 2) {
            return;
        }
        Columns table = new Columns("rrrl");
        table.line("at most", "local", "norm behind it", "block");
        for (ModelBound.Block block : parts.blocks()) {
            table.line(
                    size(block.upper()),
                    size(block.local()),
                    size(block.radius()),
                    Shortened.name(block.name(), LONGEST_NAME));
        }
        out.append("\nBlocks by themselves:\n\n").append(table);
    }

    private static void layers(StringBuilder out, ModelBound.Parts parts) {
        if (parts.layers().isEmpty()) {
            return;
        }
        Columns table = new Columns("rll");
        table.line("at most", "layer", "block");
        for (ModelBound.Steep layer : parts.layers().stream().limit(SHOWN).toList()) {
            table.line(
                    size(layer.upper()),
                    Shortened.name(layer.layer(), LONGEST_NAME),
                    Shortened.name(layer.block(), LONGEST_NAME));
        }
        out.append("\nSteepest layers:\n\n").append(table);
    }

    private static String size(@Nullable WideBound bound) {
        if (bound == null) {
            return "unknown";
        }
        double log = bound.log10();
        return log > LONGEST
                ? "10^" + String.format(Locale.ROOT, "%.1f", Math.ceil(log * 10) / 10)
                : bound.narrow().map(upper -> Figures.up(upper.value())).orElse("unknown");
    }
}
