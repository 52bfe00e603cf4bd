package org.normscope.report;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.LayerStep;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.Quantity;
import org.normscope.bound.QuantityTable;
import org.normscope.bound.WideBound;

/** How the bound of a block comes about: each layer's rule with its numbers filled in, and how they compose. */
public final class Explanation {
    private static final String PROOFS = ", in docs/math/lipschitz.md";
    /** Lines of a table that are shown. */
    private static final int MOST_LINES = 64;

    private final ModelBound model;
    private final ModelBound.Block block;
    private final ManualText out = new ManualText();

    private Explanation(ModelBound model, ModelBound.Block block) {
        this.model = model;
        this.block = block;
    }

    /**
     * The page, lines ending in {@code \n}, without a character that could act on a terminal.
     *
     * @param name of a block
     * @throws IllegalArgumentException if the model has no such block
     */
    public static String of(ModelBound model, String name) {
        ModelBound.Block block =
                model.block(name).orElseThrow(() -> new IllegalArgumentException("no block is named " + name));
        return new Explanation(model, block).page();
    }

    private String page() {
        out.heading("Block " + block.name() + ", distances in " + model.basis().norm());
        out.paragraph(
                "L is the Lipschitz constant of a value as a function of what enters the block, R the largest norm that the value"
                        + " can have; L' and R' are those behind a layer. 'Always' holds for all inputs that can reach the block; 'local' where"
                        + " vectors that enter a normalization have the spread that the description states.");
        block.steps().forEach(this::layer);
        together();
        ModelBound.Chain chain = model.chain();
        if (chain != null) {
            chain(chain);
        }
        return out.toString();
    }

    private void layer(LayerStep step) {
        LayerStep.Working always = step.always();
        LayerStep.Working local = step.local();
        boolean differs =
                !always.output().equals(local.output()) || !always.quantities().equals(local.quantities());
        out.heading(step.title().name() + ": " + step.title().words());
        out.item("takes", takes(step));
        out.item("rule", "L' = " + step.rule().formula());
        always.quantities().forEach(quantity -> out.item("where", value(quantity) + ", " + quantity.meaning()));
        always.tables().forEach(this::table);
        out.item(differs ? "always" : "hence", constant(step.rule(), always));
        if (differs) {
            out.item("local", (sameNumbers(step) ? "" : changed(step) + ": ") + constant(step.rule(), local));
        }
        String radius = step.rule().radius();
        WideBound size = always.output().radius();
        if (radius != null && size != null) {
            out.item("size", "R' = " + radius);
            out.item("", equation("R' <= ", FilledIn.of(radius, always), size));
        }
        step.rule().assumptions().forEach(text -> out.item("assumes", text));
        out.item("proof", step.rule().reference() + PROOFS);
    }

    private static String takes(LayerStep step) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < step.title().inputs().size(); i++) {
            LayerStep.Value value = step.always().inputs().get(i);
            text.append(i == 0 ? "" : "; ").append(step.title().inputs().get(i));
            text.append(", L ").append(atMost(value.lipschitz()));
            text.append(", R ").append(atMost(value.radius()));
        }
        return text.toString();
    }

    private static String atMost(@Nullable WideBound bound) {
        return bound == null ? "unknown" : "<= " + ModelFigures.size(bound);
    }

    private static boolean sameNumbers(LayerStep step) {
        return step.always().quantities().equals(step.local().quantities());
    }

    /** The numbers that are others on the local conditions. */
    private static String changed(LayerStep step) {
        return step.local().quantities().stream()
                .filter(quantity -> !step.always().quantities().contains(quantity))
                .map(Explanation::value)
                .collect(Collectors.joining(", "));
    }

    private static String constant(LayerStep.Rule rule, LayerStep.Working working) {
        WideBound found = working.output().lipschitz();
        return found == null
                ? "no constant: " + working.output().reason()
                : equation("L' <= ", FilledIn.of(rule.formula(), working), found);
    }

    private static String equation(String left, String filled, WideBound right) {
        String value = ModelFigures.size(right);
        return left + (filled.equals(value) ? value : filled + " = " + value);
    }

    private static String value(Quantity quantity) {
        if (quantity.isExact()) {
            return quantity.symbol() + " = " + FilledIn.size(quantity);
        }
        return quantity.lower() == null || quantity.upper() == null
                ? quantity.symbol() + " " + atMost(quantity.upper())
                : quantity.symbol() + " in [" + Figures.down(quantity.lower().value()) + ", "
                        + ModelFigures.size(quantity.upper()) + "]";
    }

    private void together() {
        out.heading("Together");
        Columns table = new Columns("llrrrr");
        table.line("layer", "takes", "its own", "L always", "L local", "R");
        for (LayerStep step : block.steps()) {
            table.line(
                    Shortened.name(step.title().name(), 32),
                    Shortened.name(String.join(" + ", step.title().inputs()), 32),
                    step.always().own() == null
                            ? ""
                            : ModelFigures.size(step.always().own()),
                    ModelFigures.size(step.always().output().lipschitz()),
                    ModelFigures.size(step.local().output().lipschitz()),
                    ModelFigures.size(step.always().output().radius()));
        }
        out.lines(table.toString());
        out.paragraph(sum());
    }

    private String sum() {
        ModelBound.Alone alone = block.alone();
        String constant = alone.upper() == null
                ? "The block has no constant: " + alone.reason() + "."
                : "The last layer's is the block's: its constant is at most " + ModelFigures.size(alone.upper()) + ".";
        return constant
                + part(" Locally it is at most ", alone.local())
                + part(" What comes out has a norm of at most ", block.behind().radius())
                + part(
                        " The network from its input to here, rule by rule, has a constant of at most ",
                        block.behind().upper());
    }

    private static String part(String before, @Nullable WideBound bound) {
        return bound == null ? "" : before + ModelFigures.size(bound) + ".";
    }

    private void chain(ModelBound.Chain chain) {
        out.heading("The matrices as one chain");
        out.paragraph(
                "From the first matrix to the last, the network is a chain of matrices W_k with elementwise functions between"
                        + " them, slopes in [a, b]. Three bounds of it; the least counts. c = (a + b) / 2 and r = (b - a) / 2 are those of the"
                        + " function behind a matrix, theta_0 = r_0 = 1. In docs/math/lipschitz.md, Feed-forward networks.");
        chain.recursions().forEach(this::table);
        out.item("product", ModelFigures.size(chain.product()));
        out.item("theta_m", ModelFigures.size(chain.combettesPesquet()) + ", Combettes-Pesquet (1903.01014)");
        out.item(
                "rho_m",
                chain.eclipseFast() == null
                        ? "none: " + chain.reason()
                        : ModelFigures.size(chain.eclipseFast()) + ", ECLipsE-Fast (2404.04375)");
    }

    private void table(QuantityTable table) {
        if (table.lines().isEmpty()) {
            return;
        }
        out.paragraph(table.title() + ":");
        Columns columns = new Columns("l" + "r".repeat(table.columns().size()));
        columns.line(line("", table.columns()));
        table.lines().stream()
                .limit(MOST_LINES)
                .forEach(line -> columns.line(line(
                        line.name(),
                        line.bounds().stream().map(ModelFigures::size).toList())));
        out.lines(columns.toString());
        int more = table.lines().size() - MOST_LINES;
        if (more > 0) {
            out.paragraph("and " + Figures.count(more, "more line"));
        }
    }

    private static String[] line(String name, List<String> cells) {
        String[] line = new String[cells.size() + 1];
        line[0] = name;
        for (int i = 0; i < cells.size(); i++) {
            line[i + 1] = cells.get(i);
        }
        return line;
    }
}
