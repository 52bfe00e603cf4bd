package org.normscope.audit.network;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;

/**
 * Which normalizations of a block leave their scale to all layers that listen to them: matrices times scales have smaller norms than both apart.
 *
 * @param folded those normalizations by their names
 */
record NormFolding(Map<String, LayerText> folded) {
    private static final Set<LayerKind> TAKERS = Set.of(LayerKind.ATTENTION, LayerKind.GATED_MLP, LayerKind.MOE);

    /** Of the normalizations whose scale is stored, those that feed attention, gated MLPs and mixtures alone. */
    static NormFolding of(BlockText block) {
        Set<String> others = new HashSet<>();
        block.layers().stream().filter(text -> !takes(text)).forEach(text -> others.addAll(text.inputs()));
        Map<String, LayerText> folded = new HashMap<>();
        List<LayerText> layers = block.layers();
        for (LayerText text : layers.subList(0, layers.size() - 1)) {
            boolean scaled =
                    LayerKind.named(text.word()).filter(LayerKind::isNorm).isPresent()
                            && text.options().values().get(text.word()) instanceof String;
            if (scaled && !others.contains(text.name())) {
                folded.putIfAbsent(text.name(), text);
            }
        }
        return new NormFolding(folded);
    }

    private static boolean takes(LayerText text) {
        return LayerKind.named(text.word()).filter(TAKERS::contains).isPresent();
    }

    /** Whether a normalization leaves its scale to others. */
    boolean isFolded(LayerText text) {
        return folded.containsKey(text.name());
    }

    /** The normalization before a layer that must take its scale over. */
    Optional<LayerText> before(LayerText text) {
        return text.inputs().stream().map(folded::get).filter(Objects::nonNull).findFirst();
    }
}
