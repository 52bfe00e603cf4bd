package org.normscope.audit.network.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.format.onnx.OnnxGraph;
import org.normscope.format.onnx.OnnxGraph.Node;

/** Inputs that are tokens: after nothing but rearrangements, they say which rows of a table are taken. */
final class TokenInputs {
    private static final int MOST_STEPS = 16;

    private TokenInputs() {}

    /** The inputs that are, in order. */
    static List<OnnxGraph.Input> of(OnnxGraph graph) {
        Map<String, Node> makers = new HashMap<>();
        Set<String> indices = new HashSet<>();
        for (Node node : graph.nodes()) {
            node.outputs().forEach(output -> makers.put(output, node));
            if (node.operator().equals("Gather") && node.inputs().size() > 1) {
                indices.add(origin(makers, node.inputs().get(1)));
            }
        }
        return graph.inputs().stream()
                .filter(input -> indices.contains(input.name()))
                .toList();
    }

    /** What a value is before it was rearranged; nodes are in order, else it is found nowhere. */
    private static String origin(Map<String, Node> makers, String name) {
        String origin = name;
        Node maker = makers.get(origin);
        for (int i = 0; i < MOST_STEPS && maker != null && isRearrangement(maker); i++) {
            origin = maker.inputs().get(0);
            maker = makers.get(origin);
        }
        return origin;
    }

    private static boolean isRearrangement(Node node) {
        return Moves.OF_TOKENS.contains(node.operator()) && !node.inputs().isEmpty();
    }
}
