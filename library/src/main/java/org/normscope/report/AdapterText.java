package org.normscope.report;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.AdapterEffect;
import org.normscope.audit.result.AdapterEffect.Change;
import org.normscope.audit.result.ModelBound;
import org.normscope.bound.Interval;
import org.normscope.bound.UpperBound;
import org.normscope.bound.WideBound;

/** What the terminal says of an adapter. */
final class AdapterText {
    private static final int SHOWN = 10;
    private static final int LONGEST_NAME = 44;

    private final AdapterEffect effect;
    private final StringBuilder out = new StringBuilder();

    private AdapterText(AdapterEffect effect) {
        this.effect = effect;
    }

    /**
     * The paragraphs; empty without an adapter.
     *
     * @param model with the adapter; null where nobody said how layers are connected
     */
    static String of(@Nullable AdapterEffect effect, @Nullable ModelBound model) {
        return effect == null ? "" : new AdapterText(effect).text(model);
    }

    private String text(@Nullable ModelBound model) {
        int count = effect.weights().size();
        out.append("\nAdapter ").append(Shortened.name(effect.name(), LONGEST_NAME));
        out.append(" changes ").append(Figures.count(count, "weight"));
        out.append(", W to W + s B A; its outputs move by at most the relative change:\n\n");
        Columns table = new Columns("rrrrrl");
        table.line("‖W‖ at most", "s", "‖s B A‖ at most", "‖W + s B A‖ at most", "relative change", "weight");
        effect.weights().stream()
                .sorted(Comparator.comparingDouble(AdapterText::order))
                .limit(SHOWN)
                .forEach(change -> table.line(
                        most(change.before()),
                        Figures.close(change.factor()),
                        most(change.change()),
                        most(change.after()),
                        relative(change),
                        Shortened.name(change.weight(), LONGEST_NAME)));
        out.append(table);
        if (count > SHOWN) {
            out.append("  and ")
                    .append(count - SHOWN)
                    .append(" more, which move less (--json or --out DIR for all).\n");
        }
        ModelBound base = effect.base();
        if (base != null && model != null) {
            models(base, model);
        }
        return out.toString();
    }

    /** Largest changes first, unknown ones before them. */
    private static double order(Change change) {
        UpperBound most = change.most();
        return most == null ? Double.NEGATIVE_INFINITY : -most.value();
    }

    static String most(@Nullable Interval interval) {
        return interval == null
                ? "unknown"
                : interval.upper().map(upper -> Figures.up(upper.value())).orElse("unknown");
    }

    static String relative(Change change) {
        UpperBound most = change.most();
        return most == null ? "unknown" : Figures.up(most.value());
    }

    private void models(ModelBound base, ModelBound model) {
        out.append("\nThe bound of the network is ").append(bound(base.limit().upper()));
        out.append(" without the adapter, ")
                .append(bound(model.limit().upper()))
                .append(" with it.\n");
        List<ModelBound.Block> with = model.parts().blocks();
        List<ModelBound.Block> without = base.parts().blocks();
        if (with.size() != without.size() || with.size() < 2) {
            return;
        }
        Columns table = new Columns("rrrrl");
        table.line("without", "with", "local without", "local with", "block");
        int shown = 0;
        for (int i = 0; i < with.size(); i++) {
            if (!with.get(i).alone().equals(without.get(i).alone()) && shown++ < GrowthTable.MOST_LINES) {
                table.line(
                        ModelFigures.size(without.get(i).alone().upper()),
                        ModelFigures.size(with.get(i).alone().upper()),
                        ModelFigures.size(without.get(i).alone().local()),
                        ModelFigures.size(with.get(i).alone().local()),
                        Shortened.name(with.get(i).name(), LONGEST_NAME));
            }
        }
        out.append(shown == 0 ? "" : "\nBlocks that it changes, at most:\n\n" + table);
    }

    private static String bound(@Nullable WideBound bound) {
        return bound == null ? "unknown" : "at most " + ModelFigures.size(bound);
    }
}
