package org.normscope.audit.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;
import org.normscope.audit.result.LayerStep;
import org.normscope.bound.WideBound;
import org.normscope.lipschitz.Conditions;
import org.normscope.lipschitz.Graph;
import org.normscope.lipschitz.Layer;
import org.normscope.lipschitz.Network;
import org.normscope.lipschitz.Signal;

/**
 * What a report tells of the layers of a block: their rules with the numbers filled in.
 *
 * @param local conditions of the local constants
 */
record LayerSteps(Conditions local) {
    /** One for each layer, in order. */
    List<LayerStep> of(BlockText block, Network.Steps steps) {
        List<LayerStep> found = new ArrayList<>();
        List<Folding.Step> texts = Folding.steps(block);
        for (int i = 0; i < texts.size(); i++) {
            Folding.Step text = texts.get(i);
            Layer layer = steps.alone().get(i).node().layer();
            Layer.Rule rule = layer.rule();
            Conditions always = Conditions.global(local.metric());
            found.add(new LayerStep(
                    new LayerStep.Title(text.name(), words(text), text.inputs()),
                    new LayerStep.Rule(rule.formula(), rule.radius(), rule.reference(), layer.assumptions(always)),
                    working(steps.alone().get(i), always),
                    working(steps.local().get(i), local)));
        }
        return found;
    }

    private static String words(Folding.Step step) {
        LayerText behind = step.batchNorm();
        return behind == null ? words(step.text()) : words(step.text()) + ", then " + words(behind);
    }

    private static String words(LayerText text) {
        Object value = text.options().values().get(text.word());
        if (value instanceof String weight) {
            return text.word() + " " + weight;
        }
        List<String> parts = new ArrayList<>();
        if (value instanceof Map<?, ?> several) {
            several.forEach((part, described) -> {
                if (described instanceof Map<?, ?> map && map.get("weight") instanceof String weight) {
                    parts.add(part + " " + weight);
                }
            });
        }
        return parts.isEmpty() ? text.word() : text.word() + " of " + String.join(", ", parts);
    }

    private static LayerStep.Working working(Graph.Step step, Conditions conditions) {
        Layer layer = step.node().layer();
        return new LayerStep.Working(
                step.inputs().stream().map(LayerSteps::value).toList(),
                layer.quantities(step.inputs(), conditions),
                layer.tables(step.inputs(), conditions),
                value(step.output()),
                own(step, conditions));
    }

    private static LayerStep.Value value(Signal signal) {
        return new LayerStep.Value(signal.lipschitz(), signal.reason(), signal.radius());
    }

    private static @Nullable WideBound own(Graph.Step step, Conditions conditions) {
        return Network.own(step, conditions).orElse(null);
    }
}
