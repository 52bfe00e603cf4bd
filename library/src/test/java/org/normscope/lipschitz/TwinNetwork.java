package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A network twice: as layers with rules, and as plain loops that compute it. */
final class TwinNetwork {
    private final List<Graph.Node> nodes = new ArrayList<>();
    private final Map<String, Function> functions = new HashMap<>();

    /** What a layer computes. */
    interface Function {
        double[] of(double[]... inputs);
    }

    /** Adds a layer behind the last one. */
    TwinNetwork then(Layer layer, Function function) {
        return add(layer, function, nodes.isEmpty() ? Graph.INPUT : last());
    }

    /** Adds a layer with these inputs; its name is its number, from 0. */
    TwinNetwork add(Layer layer, Function function, String... inputs) {
        String name = String.valueOf(nodes.size());
        nodes.add(new Graph.Node(name, layer, List.of(inputs)));
        functions.put(name, function);
        return this;
    }

    /** Adds the last value and an earlier one. */
    TwinNetwork plus(String other) {
        return add(new Layer.Add(), TwinNetwork::sum, other, last());
    }

    String last() {
        return nodes.get(nodes.size() - 1).name();
    }

    Graph graph() {
        return new Graph(nodes);
    }

    double[] apply(double[] input) {
        Map<String, double[]> values = new HashMap<>(Map.of(Graph.INPUT, input));
        for (Graph.Node node : nodes) {
            double[][] inputs = node.inputs().stream().map(values::get).toArray(double[][]::new);
            values.put(
                    node.name(),
                    Objects.requireNonNull(functions.get(node.name())).of(inputs));
        }
        return Objects.requireNonNull(values.get(last()));
    }

    static double[] sum(double[]... inputs) {
        double[] sum = inputs[0].clone();
        for (int k = 1; k < inputs.length; k++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += inputs[k][i];
            }
        }
        return sum;
    }
}
