package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
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
     */
    public record BlockBound(String name, Signal alone, Signal local, Signal after) {}

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
            Signal local = block.graph().output(alone, conditions);
            value = block.graph().output(value, none);
            found.add(new BlockBound(block.name(), steps.get(steps.size() - 1).output(), local, value));
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

    private static void contribute(String block, Graph.Step step, Conditions conditions, List<Contribution> all) {
        if (step.node().layer().arity() == Layer.Arity.ONE) {
            Signal own = step.node()
                    .layer()
                    .through(List.of(input(step.inputs().get(0).radius())), conditions);
            own.bound()
                    .ifPresent(
                            gain -> all.add(new Contribution(block, step.node().name(), gain)));
        }
    }

    private static Signal input(@Nullable WideBound radius) {
        return radius == null ? Signal.input() : Signal.input(radius);
    }
}
