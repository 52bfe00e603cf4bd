package org.normscope.audit.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;

/** Batch norms and the linear layers before them that nothing else listens to: one linear map each. */
final class Folding {
    private static final Set<LayerKind> LINEAR = Set.of(LayerKind.LINEAR, LayerKind.CONV, LayerKind.CONV_TRANSPOSE);

    private final BlockText block;
    /** By the batch norm's name. */
    private final Map<String, LayerText> maps = new HashMap<>();

    /** The linear layers among them, by identity. */
    private final Set<LayerText> merged = Collections.newSetFromMap(new IdentityHashMap<>());

    private Folding(BlockText block) {
        this.block = block;
        Map<String, LayerText> named = new HashMap<>();
        Map<String, Integer> listeners = new HashMap<>();
        for (LayerText text : block.layers()) {
            named.put(text.name(), text);
            text.inputs().forEach(input -> listeners.merge(input, 1, Integer::sum));
        }
        for (LayerText text : block.layers()) {
            LayerText before =
                    text.inputs().size() == 1 ? named.get(text.inputs().get(0)) : null;
            boolean isFolded = before != null
                    && kind(text) == LayerKind.BATCH_NORM
                    && LINEAR.contains(kind(before))
                    && Integer.valueOf(1).equals(listeners.get(before.name()));
            if (isFolded) {
                maps.put(text.name(), before);
                merged.add(before);
            }
        }
    }

    /**
     * A layer, or a linear one with the batch norm behind it.
     *
     * @param name of the node
     * @param inputs names of earlier nodes
     * @param text of the layer
     * @param batchNorm behind it; null for none
     */
    record Step(
            String name,
            List<String> inputs,
            LayerText text,
            @Nullable LayerText batchNorm) {}

    /** The nodes of a block, in order. */
    static List<Step> steps(BlockText block) {
        return new Folding(block).steps();
    }

    private List<Step> steps() {
        Map<String, String> names = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        for (LayerText text : block.layers()) {
            LayerText map = maps.get(text.name());
            if (map != null) {
                String name = map.name() + " with batch_norm " + text.name();
                steps.add(new Step(name, renamed(map.inputs(), names), map, text));
                names.put(text.name(), name);
            } else if (!merged.contains(text)) {
                steps.add(new Step(text.name(), renamed(text.inputs(), names), text, null));
            }
        }
        return steps;
    }

    private static List<String> renamed(List<String> inputs, Map<String, String> names) {
        return inputs.stream().map(input -> names.getOrDefault(input, input)).toList();
    }

    private static LayerKind kind(LayerText text) {
        return LayerKind.named(text.word()).orElse(LayerKind.UNKNOWN);
    }
}
