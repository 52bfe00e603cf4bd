package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.WideBound;

/**
 * Blocks one behind the other.
 *
 * @param blocks at least one
 */
public record Network(List<Block> blocks) {
    /** A part of a network that is reported as one. */
    public record Block(String name, Graph graph) {}

    /** Copies the blocks. */
    public Network {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("a network without a block");
        }
    }

    /**
     * What is known of one block.
     *
     * @param name of the block
     * @param alone the block by itself, on what can reach it, without any further condition
     * @param local the same on the conditions asked for
     * @param after the network up to the block's end, without any further condition
     * @param steps of the block by itself, layer by layer
     */
    public record BlockBound(String name, Signal alone, Signal local, Signal after, Steps steps) {}

    /**
     * What is known behind each layer of a block by itself, in order.
     *
     * @param alone without any further condition
     * @param local on the conditions asked for
     */
    public record Steps(List<Graph.Step> alone, List<Graph.Step> local) {
        private static Signal last(List<Graph.Step> steps) {
            return steps.get(steps.size() - 1).output();
        }
    }

    /**
     * A layer and its own constant.
     *
     * @param block name of the block
     * @param layer name of the layer
     * @param gain upper bound on the layer's constant, on what can reach it
     */
    public record Contribution(String block, String layer, WideBound gain) {}

    /**
     * All that is known.
     *
     * @param output of the network, without any condition but the metric
     * @param blocks in order
     * @param contributions of all layers with one input and a bound, largest first
     */
    public record Bounds(Signal output, List<BlockBound> blocks, List<Contribution> contributions) {}

    /**
     * Bounds of the network and its blocks.
     *
     * @param input how large inputs are
     * @param conditions for {@link BlockBound#local}; its metric holds for all
     */
    public Bounds bounds(Signal input, Conditions conditions) {
        Conditions none = Conditions.global(conditions.metric());
        List<BlockBound> found = new ArrayList<>();
        List<Contribution> contributions = new ArrayList<>();
        Signal value = input;
        for (Block block : blocks) {
            Signal alone = input(value.radius());
            List<Graph.Step> steps = block.graph().evaluate(alone, none);
            for (Graph.Step step : steps) {
                contribute(block.name(), step, none, contributions);
            }
            Steps both = new Steps(steps, block.graph().evaluate(alone, conditions));
            value = block.graph().output(value, none);
            found.add(new BlockBound(block.name(), Steps.last(steps), Steps.last(both.local()), value, both));
        }
        contributions.sort(Comparator.comparing(Contribution::gain).reversed());
        return new Bounds(value, List.copyOf(found), List.copyOf(contributions));
    }

    /** What must hold for bounds on these conditions to apply, each once. */
    public List<String> assumptions(Conditions conditions) {
        Set<String> all = new LinkedHashSet<>();
        blocks.forEach(block -> all.addAll(block.graph().assumptions(conditions)));
        return List.copyOf(all);
    }

    /** The constant of a step's layer by itself, on what can reach it; none where it has several inputs or no bound. */
    public static Optional<WideBound> own(Graph.Step step, Conditions conditions) {
        Layer layer = step.node().layer();
        return layer.arity() == Layer.Arity.ONE
                ? layer.through(List.of(input(step.inputs().get(0).radius())), conditions)
                        .bound()
                : Optional.empty();
    }

    private static void contribute(String block, Graph.Step step, Conditions conditions, List<Contribution> all) {
        own(step, conditions)
                .ifPresent(gain -> all.add(new Contribution(block, step.node().name(), gain)));
    }

    private static Signal input(@Nullable WideBound radius) {
        return radius == null ? Signal.input() : Signal.input(radius);
    }
}
