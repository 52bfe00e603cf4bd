package org.normscope.audit.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.LowerBound;
import org.normscope.bound.QuantityTable;
import org.normscope.bound.WideBound;

/**
 * What is known of the Lipschitz constant of a whole model.
 *
 * @param limit the constant from both sides
 * @param basis what it rests on
 * @param chain bounds of the feed-forward part by three methods; null where there is none
 * @param parts blocks, and layers by their own constant
 */
public record ModelBound(Limit limit, Basis basis, @Nullable Chain chain, Parts parts) {
    /** Of a model whose layers couldn't be connected. */
    public static ModelBound none(String reason, Source source) {
        Limit limit = new Limit(null, new LowerBound(0), reason, 0);
        Basis basis = new Basis(source, "l2", List.of(), List.of());
        return new ModelBound(limit, basis, null, new Parts(List.of(), List.of()));
    }

    /** The same with more assumptions. */
    public ModelBound assuming(List<String> more) {
        List<String> all = new ArrayList<>(basis.assumptions());
        all.addAll(more);
        return new ModelBound(limit, new Basis(basis.source(), basis.norm(), all, basis.unexplained()), chain, parts);
    }

    /** Whether layers were connected, whatever came out. */
    public boolean isConnected() {
        return !parts.blocks().isEmpty();
    }

    /**
     * What a bound rests on.
     *
     * @param source where the layers and their connections come from
     * @param norm in which distances are measured: l2 or max_token_l2
     * @param assumptions what must hold for the bound to apply, in words
     * @param unexplained names of tensors that no layer uses
     */
    public record Basis(Source source, String norm, List<String> assumptions, List<String> unexplained) {
        /** Copies the lists. */
        public Basis {
            assumptions = List.copyOf(assumptions);
            unexplained = List.copyOf(unexplained);
        }
    }

    /**
     * Where the layers and their connections come from.
     *
     * @param kind "description" for a user's file, "template" for one that the model's type chose
     * @param name of the file, without its folder
     * @param sha256 of the file's bytes, 64 hexadecimal digits
     */
    public record Source(String kind, String name, String sha256) {}

    /**
     * The constant from both sides.
     *
     * @param upper bound; null if there is none
     * @param lower bound; 0 where nothing better is known
     * @param reason why there is no upper bound; null if there is one
     * @param failureProbability chance that a norm in the upper bound is wrong
     */
    public record Limit(
            @Nullable WideBound upper,
            LowerBound lower,
            @Nullable String reason,
            double failureProbability) {
        /** Rejects a bound with a reason, and none without. */
        public Limit {
            if ((upper == null) == (reason == null)) {
                throw new IllegalArgumentException("bound " + upper + " with reason " + reason);
            }
        }
    }

    /**
     * Three upper bounds on the same constant, of the part from the first to the last matrix.
     *
     * @param product of all norms and slopes
     * @param combettesPesquet from norms of products of successive matrices
     * @param eclipseFast by matrix inequalities; null where it doesn't apply
     * @param reason why ECLipsE-Fast doesn't apply; null where it does
     * @param recursions the same bounds matrix by matrix
     */
    public record Chain(
            WideBound product,
            WideBound combettesPesquet,
            @Nullable WideBound eclipseFast,
            @Nullable String reason,
            List<QuantityTable> recursions) {
        /** Copies the list. */
        public Chain {
            recursions = List.copyOf(recursions);
        }
    }

    /**
     * What the bound is made of.
     *
     * @param blocks in order
     * @param layers those with one input and a bound, steepest first
     */
    public record Parts(List<Block> blocks, List<Steep> layers) {
        /** Copies the lists. */
        public Parts {
            blocks = List.copyOf(blocks);
            layers = List.copyOf(layers);
        }
    }

    /**
     * A block.
     *
     * @param name of the block
     * @param alone the block by itself
     * @param behind what is known behind it
     * @param steps its layers, in order
     */
    public record Block(String name, Alone alone, Behind behind, List<LayerStep> steps) {
        /** Copies the list. */
        public Block {
            steps = List.copyOf(steps);
        }
    }

    /**
     * A block by itself.
     *
     * @param upper bound on its constant, on what can reach it; null if there is none
     * @param local the same where vectors have the spread that the description states; null if there is none
     * @param reason why there is no upper bound; null if there is one
     */
    public record Alone(
            @Nullable WideBound upper,
            @Nullable WideBound local,
            @Nullable String reason) {}

    /**
     * The network up to the end of a block.
     *
     * @param upper bound on its constant, rule by rule; null if there is none
     * @param radius largest norm of what comes out; null if it isn't known
     */
    public record Behind(
            @Nullable WideBound upper, @Nullable WideBound radius) {}

    /** The block with this name. */
    public Optional<Block> block(String name) {
        return parts.blocks().stream()
                .filter(block -> block.name().equals(name))
                .findFirst();
    }

    /**
     * A layer and its own constant.
     *
     * @param block name of its block
     * @param layer its name
     * @param upper bound on its constant, on what can reach it
     */
    public record Steep(String block, String layer, WideBound upper) {}
}
