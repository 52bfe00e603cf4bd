package org.normscope.report;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.WideBound;
import org.normscope.tensor.Printable;

/** What the terminal says of a whole model. */
final class ModelText {
    private static final int SHOWN = 10;
    private static final int LONGEST_NAME = 44;
    /** Digits of a hash by which a person tells two files apart. */
    private static final int HASH = 12;

    private final ModelBound model;
    private final StringBuilder out = new StringBuilder();

    private ModelText(ModelBound model) {
        this.model = model;
    }

    /** The paragraphs; empty where nobody said how layers are connected. */
    static String of(@Nullable ModelBound model) {
        return model == null ? "" : new ModelText(model).text();
    }

    private String text() {
        bound();
        if (!model.isConnected()) {
            return out.toString();
        }
        ModelBound.Source source = model.basis().source();
        line("by " + source.kind() + " " + source.name() + ", sha256 "
                + source.sha256().substring(0, HASH));
        chain(model.chain());
        model.basis().assumptions().forEach(text -> line("assumed: " + text));
        unexplained(model.basis().unexplained());
        if (model.parts().blocks().size() > 1) {
            out.append(new GrowthTable(model.parts().blocks()));
        }
        layers();
        return out.toString();
    }

    private void bound() {
        WideBound upper = model.limit().upper();
        if (upper == null) {
            out.append("\nNo Lipschitz bound for the network: ");
            out.append(Printable.oneLine(String.valueOf(model.limit().reason())))
                    .append(".\n");
            return;
        }
        out.append("\nLipschitz constant of the network, in ")
                .append(model.basis().norm());
        double lower = model.limit().lower().value();
        out.append(lower > 0 ? ": at least " + Figures.down(lower) + ", at most " : ": at most ");
        out.append(ModelFigures.size(upper)).append(".\n");
    }

    private void line(String text) {
        out.append("  ").append(Printable.oneLine(text)).append('\n');
    }

    private void chain(ModelBound.@Nullable Chain chain) {
        if (chain == null) {
            return;
        }
        WideBound eclipse = chain.eclipseFast();
        line("from the first to the last matrix: product " + ModelFigures.size(chain.product()) + ", Combettes-Pesquet "
                + ModelFigures.size(chain.combettesPesquet())
                + (eclipse == null ? "" : ", ECLipsE-Fast " + ModelFigures.size(eclipse)));
        if (chain.reason() != null) {
            line(chain.reason());
        }
    }

    private void unexplained(List<String> names) {
        if (!names.isEmpty()) {
            String listed = String.join(", ", names.subList(0, Math.min(names.size(), SHOWN)));
            line("no layer uses " + Figures.count(names.size(), "tensor") + ": " + listed
                    + (names.size() > SHOWN ? ", ..." : ""));
        }
    }

    private void layers() {
        int known = model.parts().layers().size();
        if (known == 0) {
            return;
        }
        Columns table = new Columns("rll");
        table.line("at most", "layer", "block");
        for (ModelBound.Steep layer :
                model.parts().layers().stream().limit(SHOWN).toList()) {
            table.line(
                    ModelFigures.size(layer.upper()),
                    Shortened.name(layer.layer(), LONGEST_NAME),
                    Shortened.name(layer.block(), LONGEST_NAME));
        }
        out.append(
                known <= SHOWN
                        ? "\nLayers, steepest first:\n\n"
                        : "\nThe " + SHOWN + " steepest layers of " + known + ":\n\n");
        out.append(table);
    }
}
