package org.normscope.lipschitz;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.normscope.bound.WideBound;
import org.normscope.linalg.Matrix;

/**
 * A chain {@code W_m D_(m-1) W_(m-1) ... D_1 W_1}: linear maps with an elementwise function between any two.
 *
 * @param weights W_1 to W_m, the first one applied first; each takes what the one before it gives
 * @param between the m - 1 functions
 */
public record FeedForward(List<LinearMap> weights, List<Layer.Elementwise> between) {
    /** Checks that the parts fit. */
    public FeedForward {
        weights = List.copyOf(weights);
        between = List.copyOf(between);
        if (weights.isEmpty() || between.size() != weights.size() - 1) {
            throw new IllegalArgumentException(
                    weights.size() + " linear maps with " + between.size() + " functions between them");
        }
        for (int i = 1; i < weights.size(); i++) {
            int comes = weights.get(i - 1).rows();
            int goes = weights.get(i).cols();
            if (comes != goes) {
                throw new IllegalArgumentException(
                        "linear map " + i + " (from 0) takes " + goes + " numbers, the one before it gives " + comes);
            }
        }
    }

    /**
     * Upper bounds on the same Lipschitz constant.
     *
     * @param product of all norms and slopes
     * @param combettesPesquet from the norms of products of successive matrices
     * @param eclipse ECLipsE-Fast; null where it doesn't apply
     * @param eclipseReason why not; null where it does
     * @param failureProbability chance that a norm of a product is wrong
     */
    public record Bounds(
            WideBound product,
            WideBound combettesPesquet,
            @Nullable WideBound eclipse,
            @Nullable String eclipseReason,
            double failureProbability) {
        /** Bounds that hold as well for matrices which differ: each but the product, which knows their norms, by this much more. */
        public Bounds widened(WideBound margin) {
            return new Bounds(
                    product,
                    combettesPesquet.plus(margin),
                    eclipse == null ? null : eclipse.plus(margin),
                    eclipseReason,
                    failureProbability);
        }

        /** The least of them. */
        public WideBound least() {
            WideBound least = product.min(combettesPesquet);
            return eclipse == null ? least : least.min(eclipse);
        }
    }

    /**
     * All three bounds.
     *
     * @param seed of the random starts
     */
    public Bounds bounds(long seed) {
        CombettesPesquet.Found successive = new CombettesPesquet(weights, between, seed).find();
        Optional<List<Matrix>> dense = dense();
        Eclipse.Outcome outcome = dense.isEmpty()
                ? Eclipse.Outcome.none("ECLipsE-Fast needs matrices, and a layer isn't stored as one")
                : Eclipse.bound(dense.get(), between);
        return new Bounds(
                product(), successive.bound(), outcome.bound(), outcome.reason(), successive.failureProbability());
    }

    private WideBound product() {
        WideBound product = WideBound.ONE;
        for (LinearMap weight : weights) {
            product = product.times(weight.norm());
        }
        for (Layer.Elementwise function : between) {
            product = product.times(function.steepest());
        }
        return product;
    }

    private Optional<List<Matrix>> dense() {
        List<Matrix> matrices = new ArrayList<>();
        for (LinearMap weight : weights) {
            if (weight instanceof DenseMap map) {
                matrices.add(map.matrix());
            }
        }
        return matrices.size() == weights.size() ? Optional.of(matrices) : Optional.empty();
    }
}
