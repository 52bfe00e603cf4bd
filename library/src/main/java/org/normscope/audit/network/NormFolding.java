package org.normscope.audit.network;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.normscope.audit.network.NetworkDescription.BlockText;
import org.normscope.audit.network.NetworkDescription.LayerText;

/** Which normalizations of a block leave their scale to all layers that listen to them: matrices times scales have smaller norms than both apart. */
record NormFolding(BlockText block, Set<String> folded) {
    private static final Set<LayerKind> TAKERS = Set.of(LayerKind.ATTENTION, LayerKind.GATED_MLP, LayerKind.MOE);

    /** Of the normalizations whose scale is stored, those that feed attention, gated MLPs and mixtures alone. */
    static NormFolding of(BlockText block) {
        Set<String> folded = new HashSet<>();
        List<LayerText> layers = block.layers();
        for (LayerText text : layers.subList(0, layers.size() - 1)) {
            boolean scaled =
                    LayerKind.named(text.word()).filter(LayerKind::isNorm).isPresent()
                            && text.options().values().get(text.word()) instanceof String;
            if (scaled && listeners(block, text).allMatch(NormFolding::takes)) {
                folded.add(text.name());
            }
        }
        return new NormFolding(block, folded);
    }

    private static Stream<LayerText> listeners(BlockText block, LayerText text) {
        return block.layers().stream().filter(other -> other.inputs().contains(text.name()));
    }

    private static boolean takes(LayerText text) {
        return LayerKind.named(text.word()).filter(TAKERS::contains).isPresent();
    }

    /** Whether a normalization leaves its scale to others. */
    boolean isFolded(LayerText text) {
        return folded.contains(text.name());
    }

    /** The normalization before a layer that must take its scale over. */
    Optional<LayerText> before(LayerText text) {
        return block.layers().stream()
                .filter(other -> isFolded(other) && text.inputs().contains(other.name()))
                .findFirst();
    }
}
