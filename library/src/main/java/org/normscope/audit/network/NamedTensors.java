package org.normscope.audit.network;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;

/** Which tensors a description names, before anything is read. */
final class NamedTensors {
    private final Set<String> names = new HashSet<>();

    private NamedTensors() {}

    /** Every string among a description's layers, names of tensors among them, and what belongs to its batch norms. */
    static Set<String> of(NetworkDescription description) {
        NamedTensors found = new NamedTensors();
        for (BlockText block : description.blocks()) {
            for (LayerText layer : block.layers()) {
                Map<String, Object> values = layer.options().values();
                values.values().forEach(found::add);
                if (values.get(LayerKind.BATCH_NORM.word()) instanceof String prefix) {
                    ChannelFactors.PARTS.forEach(part -> found.names.add(prefix + part));
                }
            }
        }
        return found.names;
    }

    private void add(Object value) {
        if (value instanceof String text) {
            names.add(text);
        } else if (value instanceof List<?> list) {
            list.forEach(this::add);
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(this::add);
        }
    }
}
