package org.normscope.audit.result;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.Quantity;
import org.normscope.bound.QuantityTable;
import org.normscope.bound.WideBound;

/**
 * A layer inside a block, its rule and the numbers of the rule.
 *
 * @param title what it is
 * @param rule by which bounds pass it
 * @param always on no further condition
 * @param local where vectors have the spread that the description states
 */
public record LayerStep(Title title, Rule rule, Working always, Working local) {
    /**
     * What a layer is.
     *
     * @param name unique in its block
     * @param words kind and weight: {@code linear fc1.weight}
     * @param inputs names of the layers that feed it; {@code input} is the block's input
     */
    public record Title(String name, String words, List<String> inputs) {
        /** Copies the list. */
        public Title {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * A rule in words.
     *
     * @param formula of the output's constant; explanations of symbols follow {@code where}
     * @param radius formula of the output's largest norm; null where nothing bounds it
     * @param reference section of docs/math/lipschitz.md, and who proved it
     * @param assumptions what must hold for it
     */
    public record Rule(String formula, @Nullable String radius, String reference, List<String> assumptions) {
        /** Copies the list. */
        public Rule {
            assumptions = List.copyOf(assumptions);
        }
    }

    /**
     * A rule filled in.
     *
     * @param inputs what is known of the layers that feed it, in their order
     * @param quantities the numbers of the rule
     * @param tables more of them
     * @param output what is known behind it
     * @param own the layer's own constant, on what can reach it; null where it has several inputs or no bound
     */
    public record Working(
            List<Value> inputs,
            List<Quantity> quantities,
            List<QuantityTable> tables,
            Value output,
            @Nullable WideBound own) {
        /** Copies the lists. */
        public Working {
            inputs = List.copyOf(inputs);
            quantities = List.copyOf(quantities);
            tables = List.copyOf(tables);
        }
    }

    /**
     * What is known of a value, as a function of the block's input.
     *
     * @param lipschitz upper bound on its constant; null if there is none
     * @param reason why there is none; null if there is one
     * @param radius largest norm; null if it isn't known
     */
    public record Value(
            @Nullable WideBound lipschitz,
            @Nullable String reason,
            @Nullable WideBound radius) {}
}
