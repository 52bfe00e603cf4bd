package org.normscope.audit.network.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.format.onnx.OnnxGraph.Node;
import org.normscope.tensor.BadCheckpointException;
import org.normscope.tensor.Printable;

/** Nodes behind those that make what they take. ONNX asks for that order; some exporters don't keep it. */
final class Order {
    private Order() {}

    /**
     * The nodes in such an order.
     *
     * @throws BadCheckpointException if there is none, saying which node is wrong
     */
    static List<Node> of(OnnxGraph graph) throws BadCheckpointException {
        Set<String> given = new HashSet<>(graph.initializers().keySet());
        graph.inputs().forEach(input -> given.add(input.name()));
        Map<String, Node> makers = makers(graph, given);
        Map<Integer, List<Node>> takers = new HashMap<>();
        int[] missing = new int[graph.nodes().size()];
        for (Node node : graph.nodes()) {
            for (String name : node.inputs()) {
                Node maker = makers.get(name);
                if (maker != null) {
                    takers.computeIfAbsent(maker.index(), key -> new ArrayList<>())
                            .add(node);
                    missing[node.index()]++;
                } else if (!name.isEmpty() && !given.contains(name)) {
                    throw wrong(node, "takes " + Printable.quoted(name) + ", which nothing makes");
                }
            }
        }
        for (String output : graph.outputs()) {
            if (!makers.containsKey(output) && !given.contains(output)) {
                throw new BadCheckpointException("the output " + Printable.quoted(output) + " is made by nothing");
            }
        }
        return sorted(graph.nodes(), takers, missing);
    }

    private static List<Node> sorted(List<Node> nodes, Map<Integer, List<Node>> takers, int[] missing)
            throws BadCheckpointException {
        Deque<Node> ready = new ArrayDeque<>();
        nodes.stream().filter(node -> missing[node.index()] == 0).forEach(ready::add);
        List<Node> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            Node node = ready.remove();
            order.add(node);
            for (Node taker : takers.getOrDefault(node.index(), List.of())) {
                missing[taker.index()]--;
                if (missing[taker.index()] == 0) {
                    ready.add(taker);
                }
            }
        }
        for (Node node : nodes) {
            if (missing[node.index()] > 0) {
                throw wrong(node, "is part of a circle, or behind one");
            }
        }
        return order;
    }

    private static Map<String, Node> makers(OnnxGraph graph, Set<String> given) throws BadCheckpointException {
        Map<String, Node> makers = new HashMap<>();
        for (Node node : graph.nodes()) {
            for (String name : node.outputs()) {
                boolean isNew = name.isEmpty() || (!given.contains(name) && makers.put(name, node) == null);
                if (!isNew) {
                    throw wrong(node, "makes " + Printable.quoted(name) + ", which is there already");
                }
            }
        }
        return makers;
    }

    private static BadCheckpointException wrong(Node node, String what) {
        return new BadCheckpointException("the node " + Printable.quoted(node.label()) + " " + what);
    }
}
