package org.normscope.report;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.result.LayerStep;
import org.normscope.bound.Quantity;
import org.normscope.bound.WideBound;

/** A formula with numbers in the place of its symbols. */
final class FilledIn {
    /** What follows explains symbols. */
    private static final String EXPLANATION = " where ";

    private FilledIn() {}

    /** What stands before {@code where}, each symbol replaced by its upper bound. */
    static String of(String formula, LayerStep.Working working) {
        int end = formula.indexOf(EXPLANATION);
        return replaced(end < 0 ? formula : formula.substring(0, end), symbols(working));
    }

    /** A number that is known is rounded to the nearest, what isn't, up. */
    static String size(Quantity quantity) {
        return quantity.isExact() && quantity.lower() != null
                ? Figures.close(quantity.lower().value())
                : ModelFigures.size(quantity.upper());
    }

    private static Map<String, String> symbols(LayerStep.Working working) {
        Map<String, String> symbols = new HashMap<>();
        List<LayerStep.Value> inputs = working.inputs();
        join(symbols, "L", inputs, LayerStep.Value::lipschitz);
        join(symbols, "R", inputs, LayerStep.Value::radius);
        for (Quantity quantity : working.quantities()) {
            symbols.put(quantity.symbol(), size(quantity));
        }
        return symbols;
    }

    /** L of the only input, L_1 and L_2 of several, and what is said of all of them. */
    private static void join(
            Map<String, String> symbols,
            String symbol,
            List<LayerStep.Value> inputs,
            Function<LayerStep.Value, @Nullable WideBound> bound) {
        List<String> sizes = inputs.stream().map(bound).map(ModelFigures::size).toList();
        symbols.put(symbol, sizes.get(0));
        for (int i = 0; i < sizes.size(); i++) {
            symbols.put(symbol + "_" + (i + 1), sizes.get(i));
        }
        symbols.put("sum of all " + symbol, String.join(" + ", sizes));
    }

    /** Longer symbols first, and never a part of a word. */
    private static String replaced(String formula, Map<String, String> symbols) {
        String any = symbols.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()))
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
        Matcher matcher = Pattern.compile("(?<![\\p{L}\\p{Nd}_‖|])(?:" + any + ")(?![\\p{L}\\p{Nd}_‖(])")
                .matcher(formula);
        return matcher.replaceAll(found -> Matcher.quoteReplacement(symbols.getOrDefault(found.group(), "")));
    }
}
