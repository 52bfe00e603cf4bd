package org.normscope.audit.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.UpperBound;
import org.normscope.lipschitz.Layer;
import org.normscope.tensor.BadCheckpointException;

/** The layers of transformers that multiply by several matrices: attention, gated MLPs, mixtures of them. */
final class TokenLayers {
    /** Entries of a gated MLP's matrix that is read once more. */
    private static final long MOST = 1L << 27;
    /** The same of an expert's, of which there are many. */
    private static final long MOST_OF_EXPERT = 1L << 20;

    private final Lookup lookup;
    private final AttentionMaker attention;
    private final GatedMlpMaker gated;
    private final GatedMlpMaker expert;

    TokenLayers(Lookup lookup, StoredRows rows) {
        this.lookup = lookup;
        this.attention = new AttentionMaker(lookup, rows);
        this.gated = new GatedMlpMaker(lookup, rows, MOST);
        this.expert = new GatedMlpMaker(lookup, rows, MOST_OF_EXPERT);
    }

    /**
     * The layer.
     *
     * @param kind one of the three
     * @param fold of the normalization before it; null for none
     */
    Layer make(LayerKind kind, Options options, @Nullable Fold fold) throws BadCheckpointException, IOException {
        return switch (kind) {
            case ATTENTION -> attention.make(options, fold);
            case GATED_MLP -> gated.make(options, fold);
            default -> mixture(options, fold);
        };
    }

    private Layer mixture(Options options, @Nullable Fold fold) throws BadCheckpointException, IOException {
        Options parts = options.object(LayerKind.MOE.word()).orElseThrow(() -> options.because("needs moe"));
        parts.requireOnly(List.of("router", "experts"));
        MatrixPart router = MatrixPart.of(parts, "router", lookup);
        if (!(parts.values().get("experts") instanceof List<?> described) || described.isEmpty()) {
            throw parts.because("needs experts, a list of gated MLPs");
        }
        int chosen = options.whole("chosen", 1).orElseThrow(() -> options.because("needs chosen"));
        List<Layer> experts = new ArrayList<>();
        for (Object one : described) {
            Options text = NetworkDescription.layer(parts.where(), one, "expert " + experts.size(), "input")
                    .options();
            if (!text.values().containsKey(LayerKind.GATED_MLP.word())) {
                throw text.because("is no gated_mlp");
            }
            experts.add(expert.make(text, fold));
        }
        UpperBound norm = Matrices.norm(router, fold);
        return norm == null
                ? Lookup.unknown(router.row().weight().name(), router.row().reason())
                : new Layer.Moe(norm, chosen, experts);
    }
}
