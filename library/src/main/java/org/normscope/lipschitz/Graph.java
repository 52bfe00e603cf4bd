package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Layers and who feeds whom: without cycles, one input, the last node is the output, and every node leads to it. Immutable.
 *
 * @param nodes each behind those that feed it
 */
public record Graph(List<Node> nodes) {
    /** The name by which nodes refer to the graph's input. */
    public static final String INPUT = "input";

    /**
     * A layer and what feeds it.
     *
     * @param name unique in its graph
     * @param layer what it does
     * @param inputs names of earlier nodes, or {@link #INPUT}
     */
    public record Node(String name, Layer layer, List<String> inputs) {
        /** Copies the names. */
        public Node {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * What is known behind a node.
     *
     * @param node the node
     * @param inputs what feeds it
     * @param output the value behind it
     */
    public record Step(Node node, List<Signal> inputs, Signal output) {}

    /**
     * Checks that this is such a graph.
     *
     * @throws IllegalArgumentException if not, saying which node is wrong
     */
    public Graph {
        nodes = List.copyOf(nodes);
        require(!nodes.isEmpty(), "a network without a layer");
        Set<String> known = new HashSet<>(Set.of(INPUT));
        Set<String> idle = new LinkedHashSet<>();
        for (Node node : nodes) {
            requireArity(node);
            for (String input : node.inputs()) {
                require(
                        known.contains(input),
                        "%s takes its input from %s, which isn't a layer before it",
                        node.name(),
                        input);
                idle.remove(input);
            }
            require(known.add(node.name()), "two layers are named %s", node.name());
            idle.add(node.name());
        }
        idle.remove(nodes.get(nodes.size() - 1).name());
        require(idle.isEmpty(), "nothing takes the output of %s", idle);
    }

    /** Layers one behind the other, named by their position from 0. */
    public static Graph chain(List<? extends Layer> layers) {
        List<Node> nodes = new ArrayList<>();
        String before = INPUT;
        for (Layer layer : layers) {
            String name = String.valueOf(nodes.size());
            nodes.add(new Node(name, layer, List.of(before)));
            before = name;
        }
        return new Graph(nodes);
    }

    /** Every node's value, in order; the last one's is the network's (AutoLip: Scaman, Virmaux 2018, 1805.10965). */
    public List<Step> evaluate(Signal input, Conditions conditions) {
        Map<String, Signal> values = new HashMap<>(Map.of(INPUT, input));
        List<Step> steps = new ArrayList<>();
        for (Node node : nodes) {
            List<Signal> inputs = node.inputs().stream().map(values::get).toList();
            Signal output = node.layer().through(inputs, conditions);
            values.put(node.name(), output);
            steps.add(new Step(node, inputs, output));
        }
        return steps;
    }

    /** The network's output. */
    public Signal output(Signal input, Conditions conditions) {
        return evaluate(input, conditions).get(nodes.size() - 1).output();
    }

    /** What must hold for the bounds of {@link #evaluate} to apply, each once, in the order of the layers. */
    public List<String> assumptions(Conditions conditions) {
        Set<String> all = new LinkedHashSet<>();
        nodes.forEach(node -> all.addAll(node.layer().assumptions(conditions)));
        return List.copyOf(all);
    }

    private static void requireArity(Node node) {
        int given = node.inputs().size();
        boolean right = switch (node.layer().arity()) {
            case ONE -> given == 1;
            case TWO -> given == 2;
            case SEVERAL -> given >= 1;
        };
        require(right, "%s has %d inputs", node.name(), given);
    }

    private static void require(boolean holds, String message, Object... details) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, details));
        }
    }
}
